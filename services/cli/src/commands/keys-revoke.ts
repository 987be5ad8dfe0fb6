import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface RevokeFlags {
  readonly reason: string;
  readonly force?: true;
}

export function registerKeysRevoke(program: Command, runtime: Runtime): void {
  addCommand<RevokeFlags>(program, runtime, {
    usage: 'keys revoke <key-id>',
    summary: 'from now on nothing the key signed is believed; lists what it signed',
    description: [
      'Sets the time of revocation in the keyring, for good, and then lists from the journal everything the key signed.',
      'Services follow within a second: the gate refuses a revoked mint key’s receipts. What the journal had committed',
      'before stays good. An actor’s older streams in Redis become suspect, and what is in them holds. The ledger’s',
      'acknowledgement key vouches for the journal itself: to revoke one needs --force.',
    ].join(' '),
    examples: [
      ['marketops keys revoke federation-mint-1a2b3c4d --reason "laptop stolen"', 'its receipts end here'],
    ],
    exits: ['usage', 'failed'],
    options: [
      new Option('--reason <text>', 'why; it is recorded').makeOptionMandatory(),
      new Option('--force', 'also where the journal would no longer verify'),
    ],
    run: async (...given) => (await import('../actions/keys-revoke.js')).keysRevoke(...given),
  });
}

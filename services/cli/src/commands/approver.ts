import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface ApproverAddFlags {
  readonly group?: readonly string[];
  readonly keyFile?: string;
  readonly publicKey?: string;
  readonly passkey?: string;
}

export interface RemoveFlags {
  readonly reason?: string;
  readonly keyId?: string;
}

export const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

export const keyFileOption = () =>
  new Option('--key-file <path>', 'where the private half is, or is made (default: in ~/.config/marketops)');
export const publicKeyOption = () =>
  new Option('--public-key <base64>', 'list this public half: the private one stays where it is').conflicts(
    'keyFile',
  );
export const removalOptions = () => [
  new Option('--reason <text>', 'why; it stands in the keyring and in the ledger'),
  new Option('--key-id <id>', 'only this one of the keys'),
];

export function registerApprover(program: Command, runtime: Runtime): void {
  addCommand<{ readonly keyFile?: string }>(program, runtime, {
    usage: 'approver key <principal>',
    summary: 'make a key of your own, and show its public half',
    description: [
      'Makes an Ed25519 key for a person, on that person’s machine. The private half goes into a file that only its owner',
      'can read, and nowhere else; the public half is shown, for whoever keeps the keyring to list. Needs no marketops.yml.',
    ].join(' '),
    examples: [['marketops approver key alice', 'a key of alice’s own; send the public half to be listed']],
    exits: ['failed', 'usage'],
    options: [keyFileOption()],
    run: async (...given) => (await import('../actions/approver.js')).makeKey(...given),
  });
  addCommand<ApproverAddFlags>(program, runtime, {
    usage: 'approver add <principal>',
    summary: 'list a person’s key, so that the person may approve',
    description: [
      'Adds a public key to the keyring, the trust root: from then on what its holder signs counts. Without --public-key the',
      'key is the one in the person’s key file, which is made where there is none. With --passkey it is one that the person',
      'made on a page of the console, which shows the line. Running services follow within a second.',
    ].join(' '),
    examples: [
      ['marketops approver add alice --group release-managers', 'a key for alice, on this machine'],
      [
        'marketops approver add bob --public-key MCow…= --group release-managers',
        'the key that bob made himself',
      ],
      ['marketops approver add carol --passkey eyJhbGci…', 'the passkey that carol made in her browser'],
    ],
    exits: ['failed', 'usage'],
    options: [
      new Option('--group <name>', 'a group the person approves for; may be repeated').argParser(collect),
      keyFileOption(),
      publicKeyOption(),
      new Option('--passkey <text>', 'list this passkey, as the page that made it shows it').conflicts([
        'keyFile',
        'publicKey',
      ]),
    ],
    run: async (...given) => (await import('../actions/approver.js')).addApprover(...given),
  });
  addCommand<RemoveFlags>(program, runtime, {
    usage: 'approver remove <principal>',
    summary: 'revoke a person’s keys: what they said no longer counts at the mint',
    description: [
      'Revokes the keys of a person in the keyring. They stay listed, so that what they signed stays attributable.',
      'Approvals that have not led to a receipt yet count no more; a revoked key never comes back.',
    ].join(' '),
    examples: [
      ['marketops approver remove alice --reason "left the team"', 'alice approves nothing from now on'],
    ],
    exits: ['failed', 'usage', 'notFound'],
    options: removalOptions(),
    run: async (...given) => (await import('../actions/approver.js')).removeApprover(...given),
  });
  addCommand(program, runtime, {
    usage: 'approver list',
    summary: 'who may approve, in which groups, with which keys',
    description: 'Lists the keys of people in the keyring, revoked ones too.',
    examples: [['marketops approver list', 'everybody, with their groups']],
    exits: ['usage'],
    run: async (invocation) => (await import('../actions/approver.js')).listApprovers(invocation),
  });
}

import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { secondsOption } from './options.js';
import { type OrderFlags, orderOptions } from './signing-options.js';

export interface RevokeFlags extends OrderFlags {
  readonly yes?: true;
  /** False with --no-wait. */
  readonly wait: boolean;
  readonly timeout: number;
}

export function registerReceiptRevoke(program: Command, runtime: Runtime): void {
  addCommand<RevokeFlags>(program, runtime, {
    usage: 'receipt revoke <receipt>',
    summary: 'take a receipt back that nobody has used yet',
    description: [
      'Signs an order with your key and hands it to federation, which takes the receipt back: it never passes the gate, it is',
      'not renewed, and its operation ends skipped. What has been used cannot be taken back: then it says so and ends with',
      'exit code 4.',
    ].join(' '),
    examples: [
      [
        'marketops receipt revoke rcp_01H… --reason "wrong commit"',
        'shows it, asks, and waits until it is revoked',
      ],
      ['marketops receipt revoke rcp_01H… --reason "wrong commit" --as alice --yes --json', 'in a script'],
    ],
    exits: ['failed', 'usage', 'notFound', 'otherOutcome', 'unreachable', 'timedOut'],
    options: [
      ...orderOptions(),
      new Option('--yes', 'do not ask'),
      new Option('--no-wait', 'do not wait until federation has answered'),
      secondsOption('--timeout <seconds>', 'how long to wait', 30),
    ],
    run: async (...given) => (await import('../actions/receipt-revoke.js')).revokeReceipt(...given),
  });
}

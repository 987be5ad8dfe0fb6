import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerReceiptShow(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'receipt show <receipt>',
    summary: 'a receipt whole: binding, key, lifecycle, the twelve checks with their times',
    description: [
      'Shows what a receipt authorizes and where it counts, the policy, evidence and approvals it rests on, whether its',
      'signature holds, what became of it, and for each of the gate’s twelve checks when it was asked and what would be',
      'answered now. Needs the public keyring only.',
    ].join(' '),
    examples: [
      ['marketops receipt show rcp_01H…', 'everything about it'],
      [
        "marketops receipt show rcp_01H… --json | jq '.checks[] | {check, now}'",
        'what the gate would say now',
      ],
    ],
    exits: ['failed', 'usage', 'notFound'],
    run: async (invocation, args) =>
      (await import('../actions/receipt-show.js')).showReceipt(invocation, args),
  });
}

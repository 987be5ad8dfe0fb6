import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerShow(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'show <run>',
    summary: 'a run whole: plan, receipts, the twelve checks, outcomes',
    description: [
      'Reads a run from the ledger (what is not in it yet, from Redis), verifies every event’s signature, and asks the',
      'gate’s twelve checks again from what is recorded. Needs the public keyring only.',
    ].join(' '),
    examples: [
      ['marketops show run_01h…', 'everything about it'],
      ["marketops show run_01h… --json | jq '.operations[].checks'", 'the checks, for a program'],
    ],
    exits: ['failed', 'usage', 'notFound'],
    run: async (invocation, args) => (await import('../actions/show.js')).show(invocation, args),
  });
}

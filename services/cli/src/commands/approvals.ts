import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerApprovals(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'approvals [run]',
    summary: 'what waits for somebody’s yes: who is asked, for what, until when, and who has said what',
    description: [
      'Lists the open requests for approval of every run that has not ended, or everything that was asked and said about one',
      'run. Each word is verified anew and shown with whether it counts, and why not. Federation decides again at the mint.',
    ].join(' '),
    examples: [
      ['marketops approvals', 'everything that waits'],
      ['marketops approvals run_01h…', 'one run: what was asked and who has said what'],
      ["marketops approvals --json | jq -r '.runs[].run_id'", 'the runs that wait, for a program'],
    ],
    exits: ['usage', 'notFound', 'unreachable'],
    run: async (invocation, args) => (await import('../actions/approvals.js')).approvals(invocation, args),
  });
}

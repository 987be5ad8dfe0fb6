import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerPolicyExplain(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'policy explain <run>',
    summary: 'why each operation of a run was, or was not, allowed',
    description: [
      'Asks the policies about every operation of a run, with the approvals and the evidence that counted when it was',
      'decided (now, where it still waits), and prints what each policy says, why, and what to do. Says so where other',
      'policies are in the folder now than it was decided under. It decides nothing: federation does.',
    ].join(' '),
    examples: [
      ['marketops policy explain run_01h…', 'why did it not ship?'],
      ["marketops policy explain run_01h… --json | jq '.operations[].reasons'", 'the reasons, for a program'],
    ],
    exits: ['usage', 'notFound'],
    run: async (invocation, args) =>
      (await import('../actions/policy-explain.js')).explainRun(invocation, args),
  });
}

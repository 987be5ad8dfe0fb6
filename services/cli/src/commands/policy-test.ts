import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerPolicyTest(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'policy test [dir]',
    summary: 'the tables of cases beside the policies (*.test.yml)',
    description: [
      'Asks the policies of a folder (default: the one that marketops.yml names) every case of the tables beside them,',
      'with the same code that decides in federation, and says which cases do not come out as their table has it, and',
      'which policies settle no case. Needs no running service.',
    ].join(' '),
    examples: [
      ['marketops policy test', 'the policies of this system'],
      [
        "marketops policy test policies --json | jq '.cases[] | select(.holds | not)'",
        'what does not hold, for a program',
      ],
    ],
    exits: ['failed', 'usage'],
    run: async (invocation, args) =>
      (await import('../actions/policy-test.js')).testPolicies(invocation, args),
  });
}

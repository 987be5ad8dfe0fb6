import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface PolicyDiffFlags {
  readonly exitCode?: true;
}

export function registerPolicyDiff(program: Command, runtime: Runtime): void {
  addCommand<PolicyDiffFlags>(program, runtime, {
    usage: 'policy diff <dir> [other]',
    summary: 'what other policies would change: policies, and decisions',
    description: [
      'With one folder: what would change if its policies took the place of those that marketops.yml names, and whether',
      'these are in force. With two: what changes from the first to the second. Shows the policies that are added, removed',
      'and changed, and every case of either folder’s tables (*.test.yml) that would be decided otherwise.',
    ].join(' '),
    examples: [
      ['marketops policy diff proposed/policies', 'against the policies of this system'],
      ['marketops policy diff old new --exit-code', 'in CI: 1 where anything differs'],
    ],
    exits: ['failed', 'usage'],
    options: [new Option('--exit-code', 'end with 1 where policies or decisions differ')],
    run: async (...given) => (await import('../actions/policy-diff.js')).diffFolders(...given),
  });
}

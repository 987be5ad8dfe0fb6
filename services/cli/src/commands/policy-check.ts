import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerPolicyCheck(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'policy check [dir]',
    summary: 'can these policies be taken into force, and what are they?',
    description: [
      'Reads every *.cedar of the folder (default: the one that marketops.yml names), checks it against the schema as',
      'federation does before it takes it into force, and lists the policies with their digest. Needs no running',
      'service. Everything that is wrong is told with file, line and column. Where there is a marketops.yml, names of',
      'principals, tenants, groups of approvers and kinds of evidence are held against it and its keyring: one that there is',
      'not, and by which more is allowed than is written, is refused; one by which less is, is told.',
    ].join(' '),
    examples: [
      ['marketops policy check', 'the policies of this system'],
      ['marketops policy check proposed/policies --json', 'others, for a program'],
    ],
    exits: ['usage'],
    run: async (invocation, args) =>
      (await import('../actions/policy-check.js')).checkPolicies(invocation, args),
  });
}

import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerLimits(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'limits',
    summary: 'what each account has left of its limits, and when there is more',
    description: [
      'Shows, for every account, what the publishers have spent of its limits, what is left, when the next write may go, whether',
      'GitHub has asked for a pause, and which tenants’ operations wait. Limits are set per account in marketops.yml; by default',
      'they are GitHub’s, and none are kept for a server on this machine.',
    ].join(' '),
    examples: [
      ['marketops limits', 'what is left'],
      [
        "marketops limits --json | jq '.accounts[] | {account, next_write_at}'",
        'when each account may write next',
      ],
    ],
    exits: ['usage', 'unreachable'],
    run: async (invocation) => (await import('../actions/limits.js')).limits(invocation),
  });
}

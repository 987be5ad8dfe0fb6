import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerRedisUsers(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'redis-users',
    summary: 'write the users of a Redis of your own, as an ACL file',
    description: [
      'Writes .marketops/redis-users.acl for every service and every principal of marketops.yml, and a password into the',
      'keys folder of whoever has none. Passwords that stand stay; to change one, remove its file first. `marketops init`',
      'and `marketops dev` do the same: this is for a Redis that they do not start (docs/redis-users.md).',
    ].join(' '),
    examples: [['marketops redis-users', 'after a principal was added to marketops.yml']],
    exits: ['failed', 'usage'],
    run: async (invocation) => (await import('../actions/redis-users.js')).redisUsers(invocation),
  });
}

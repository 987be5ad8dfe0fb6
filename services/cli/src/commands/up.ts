import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerUp(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'up',
    summary: 'production on this machine without containers, until it is told to stop',
    description: [
      'Starts what marketops dev starts, over GitHub itself (GITHUB_API_URL, else that of marketops.yml) and over a Redis that is safe: it keeps',
      'its data, evicts nothing, lets nobody in without a password and has a user for each service. One of its own is; that of REDIS_URL is',
      'asked. Starts again what crashes, writes one line for whatever happens, and at SIGTERM or Ctrl-C stops everything in reverse order,',
      'each service after it has finished what it had at hand. Logs are in .marketops/logs/.',
    ].join(' '),
    examples: [
      [
        'GITHUB_READ_TOKEN_FILE=/etc/marketops/read GITHUB_TOKEN_FILE=/etc/marketops/write marketops up',
        'over ./marketops.yml, with a Redis of its own',
      ],
      [
        'REDIS_URL=rediss://redis.example:6379 marketops up --config /etc/marketops/marketops.yml',
        'with a Redis into which the file of marketops redis-users has been loaded',
      ],
    ],
    exits: ['failed', 'usage', 'unreachable'],
    ownsProcesses: true,
    run: async (invocation) => (await import('../actions/up.js')).up(invocation),
  });
}

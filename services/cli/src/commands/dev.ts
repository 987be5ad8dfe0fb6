import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface DevFlags {
  readonly allowNonDurableRedis?: true;
}

export function registerDev(program: Command, runtime: Runtime): void {
  addCommand<DevFlags>(program, runtime, {
    usage: 'dev',
    summary: 'everything up on this machine, until Ctrl-C',
    description: [
      'Starts Redis (REDIS_URL, else one of its own), GitHub (simulated, unless GITHUB_API_URL and both tokens are set),',
      'the ledger, the planner, federation and the publisher, each as a process with only its own keys. Starts again what',
      'crashes, its own Redis too (over the same data), and stops everything at Ctrl-C in reverse order, or when that Redis',
      'keeps ending. Logs are in .marketops/logs/.',
    ].join(' '),
    examples: [
      ['marketops dev', 'over ./marketops.yml, with a simulated GitHub'],
      ['marketops dev --allow-non-durable-redis', 'where no real Redis is to be had'],
      [
        'GITHUB_API_URL=https://api.github.com GITHUB_READ_TOKEN_FILE=r GITHUB_TOKEN_FILE=w marketops dev',
        'against GitHub itself',
      ],
    ],
    exits: ['failed', 'usage', 'unreachable'],
    options: [
      new Option('--allow-non-durable-redis', 'accept a Redis that forgets what the ledger has not taken'),
    ],
    ownsProcesses: true,
    run: async (...given) => (await import('../actions/dev.js')).dev(...given),
  });
}

import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { secondsOption } from './options.js';

export interface RetryFlags {
  readonly mode?: string;
  readonly wait?: true;
  readonly timeout: number;
  readonly idempotencyKey?: string;
}

export function registerRetry(program: Command, runtime: Runtime): void {
  addCommand<RetryFlags>(program, runtime, {
    usage: 'retry <run>',
    summary: 'ask for all of an ended run again, as a new run',
    description: [
      'Submits what the run was asked for once more, by the same principal, under a new idempotency key, and says in it which',
      'run it tries again. It is planned anew, so what of the earlier run has shipped already shows up as it is: a tag that',
      'exists, a release that is there. Approvals and receipts of the earlier run are worth nothing for it. To try again only',
      'what failed, with what is left of it, see marketops redrive.',
    ].join(' '),
    examples: [
      ['marketops retry run_01h… --mode dry_run --wait', 'what would still ship of it now'],
      ['marketops retry run_01h… --wait', 'all of it again, in the mode it was asked for'],
    ],
    exits: ['failed', 'usage', 'notFound', 'otherOutcome', 'unreachable', 'timedOut'],
    options: [
      new Option('--mode <mode>', 'prod or dry_run (default: the mode of the run)'),
      new Option('--wait', 'show its progress, and end when the run has ended'),
      secondsOption('--timeout <seconds>', 'how long --wait waits', 300),
      new Option('--idempotency-key <key>', 'so that asking twice is asking once (default: a new one)'),
    ],
    run: async (...given) => (await import('../actions/retry.js')).retry(...given),
  });
}

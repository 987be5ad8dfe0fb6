import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { secondsOption } from './options.js';

export interface SubmitFlags {
  readonly mode?: string;
  readonly sealed?: true;
  readonly wait?: true;
  readonly timeout: number;
  readonly principal: string;
  readonly idempotencyKey?: string;
}

export function registerSubmit(program: Command, runtime: Runtime): void {
  addCommand<SubmitFlags>(program, runtime, {
    usage: 'submit <plan>',
    summary: 'ask for a plan to be run; a dry run unless it says mode: prod',
    description: [
      'Reads a plan (YAML, or JSON in a file that ends in .json) strictly, and adds it to its principal’s queue. Every',
      'fault is told with its line and column, and nothing is enqueued. Files that the plan names are found relative to',
      'it and must lie below the principal’s artifacts_root. The same idempotency key and plan again is the same run.',
      'Prints the run’s id to standard output.',
    ].join(' '),
    examples: [
      ['marketops submit releases/plan.yml --wait', 'a dry run: what would ship, what would not, and why'],
      [
        'marketops submit releases/plan.yml --mode prod --wait',
        'the same plan for real, as a run of its own',
      ],
      ['run=$(marketops submit plan.yml --idempotency-key release-1.4.0)', 'its id, for a script'],
    ],
    exits: ['failed', 'usage', 'otherOutcome', 'unreachable', 'timedOut'],
    options: [
      new Option('--mode <mode>', 'prod or dry_run, over what the file says'),
      new Option(
        '--sealed',
        'encrypt what is asked for and planned, so that it can be erased (docs/erasure.md)',
      ),
      new Option('--wait', 'show its progress, and end when the run has ended'),
      secondsOption('--timeout <seconds>', 'how long --wait waits', 300),
      new Option('--principal <id>', 'who asks').default('local'),
      new Option('--idempotency-key <key>', 'over what the file says (default: a new one)'),
    ],
    run: async (...given) => (await import('../actions/submit.js')).submit(...given),
  });
}

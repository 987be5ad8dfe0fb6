import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { secondsOption } from './options.js';
import { type OrderFlags, orderOptions } from './signing-options.js';

export interface RedriveFlags extends OrderFlags {
  readonly yes?: true;
  /** True with --wait, false with --no-wait. */
  readonly wait?: boolean;
  readonly timeout: number;
}

export function registerRedrive(program: Command, runtime: Runtime): void {
  addCommand<RedriveFlags>(program, runtime, {
    usage: 'redrive <run> [operation...]',
    summary: 'try again what did not succeed of an ended run, with new authority',
    description: [
      'Signs an order with your key. The planner opens the operations again (those named, else all that failed, were refused,',
      'advised against or skipped), and each goes back through federation: policy, approvals and evidence are looked at anew,',
      'and only a new receipt, which supersedes the old, lets it be tried. What the failed attempt left is found and finished.',
      'What succeeded is left alone; what is uncertain must be reconciled first.',
    ].join(' '),
    examples: [
      [
        'marketops redrive run_01h… --reason "the token has its permission now"',
        'all of it that did not ship',
      ],
      [
        'marketops redrive run_01h… release --reason "503s are over" --wait',
        'one operation, to the run’s end',
      ],
      ['marketops redrive run_01h… --reason again --as alice --yes --json', 'in a script'],
    ],
    exits: ['failed', 'usage', 'notFound', 'otherOutcome', 'unreachable', 'timedOut'],
    options: [
      ...orderOptions(),
      new Option('--yes', 'do not ask'),
      new Option('--wait', 'show its progress, and end when the run has ended again'),
      new Option('--no-wait', 'do not even wait until the planner has taken the order'),
      secondsOption('--timeout <seconds>', 'how long to wait', 300),
    ],
    run: async (...given) => (await import('../actions/redrive.js')).redrive(...given),
  });
}

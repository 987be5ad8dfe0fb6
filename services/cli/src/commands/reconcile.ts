import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { keyOptions } from './approve.js';
import { countOption, secondsOption } from './options.js';

export interface ReconcileFlags {
  readonly found?: 'effect' | 'absent';
  readonly reason?: string;
  readonly key?: string;
  readonly as?: string;
  readonly yes?: true;
  readonly wait: boolean;
  readonly timeout: number;
  readonly limit: number;
  readonly after?: string;
}

export function registerReconcile(program: Command, runtime: Runtime): void {
  addCommand<ReconcileFlags>(program, runtime, {
    usage: 'reconcile [run] [operation]',
    summary: 'find out what became of an uncertain operation; alone, list those there are',
    description: [
      'An operation is uncertain when it may have been done and nobody could tell. Signs an order with your key; the publisher',
      'looks it up again and says what is so: the effect is there as authorized, or it is not, and then it can be redriven.',
      'Where the publisher cannot look, --found says what you have seen yourself; a look-up that can tell always decides.',
      'How the run ended stays on record as it was.',
    ].join(' '),
    examples: [
      ['marketops reconcile', 'the uncertain operations there are, newest runs first'],
      ['marketops reconcile run_01h… release --reason "GitHub is back"', 'have it looked up again'],
      [
        'marketops reconcile run_01h… release --found absent --reason "no such release on GitHub" --as alice --yes',
        'say what you have seen',
      ],
    ],
    exits: ['failed', 'usage', 'notFound', 'otherOutcome', 'unreachable', 'timedOut'],
    options: [
      new Option('--found <what>', 'what you have seen yourself, where it cannot be looked up').choices([
        'effect',
        'absent',
      ]),
      new Option('--reason <text>', 'why; it is recorded'),
      ...keyOptions(),
      new Option('--yes', 'do not ask'),
      new Option('--no-wait', 'do not wait for the answer'),
      secondsOption('--timeout <seconds>', 'how long to wait', 120),
      countOption('--limit <count>', 'of the list: how many operations', 50, 1_000),
      new Option('--after <run>', 'of the list: go on where the page before ended'),
    ],
    run: async (...given) => (await import('../actions/reconcile.js')).reconcile(...given),
  });
}

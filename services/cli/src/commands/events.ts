import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { secondsOption } from './options.js';

export interface EventsFlags {
  readonly follow?: true;
  readonly timeout: number;
}

export function registerEvents(program: Command, runtime: Runtime): void {
  addCommand<EventsFlags>(program, runtime, {
    usage: 'events <run>',
    summary: 'a run’s events, one per line, as they are or as they come',
    description: [
      'Prints every event of a run in the ledger’s order. With --follow, those to come as well, until the run has ended.',
      'With --json each line is one event as it was signed, with its entry in the ledger where it has one.',
    ].join(' '),
    examples: [
      ['marketops events run_01h… --follow', 'watch it work'],
      [
        'marketops events run_01h… --json | jq -c \'select(.event.type == "operation.started")\'',
        'the starts',
      ],
    ],
    exits: ['usage', 'notFound', 'unreachable', 'timedOut'],
    options: [
      new Option('--follow', 'go on until the run has ended'),
      secondsOption('--timeout <seconds>', 'how long --follow waits', 3_600),
    ],
    run: async (...given) => (await import('../actions/events.js')).events(...given),
  });
}

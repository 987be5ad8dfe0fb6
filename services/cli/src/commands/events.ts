import type { FilterFlags } from '@marketops/operator/reading';
import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { eventFilterOptions } from './event-filters.js';
import { secondsOption } from './options.js';

export interface EventsFlags extends FilterFlags {
  readonly follow?: true;
  readonly timeout?: number;
}

export function registerEvents(program: Command, runtime: Runtime): void {
  addCommand<EventsFlags>(program, runtime, {
    usage: 'events [run]',
    summary: 'events, one per line: of a run, or of all as they come',
    description: [
      'Prints every event of a run in the ledger’s order. With --follow, those to come as well, until the run has ended.',
      'Without a run --follow prints every event of all runs and of system as the ledger takes it, from now on (or --since), and',
      'the options say which; it goes on through restarts of Redis and of the ledger.',
      'With --json each line is one event as it was signed, with its entry in the ledger where it has one.',
    ].join(' '),
    examples: [
      ['marketops events run_01h… --follow', 'watch it work'],
      [
        'marketops events --follow --type gate.refused --type operation.uncertain',
        'watch for trouble in all runs',
      ],
      [
        'marketops events run_01h… --json | jq -c \'select(.event.type == "operation.started")\'',
        'the starts',
      ],
    ],
    exits: ['usage', 'notFound', 'unreachable', 'timedOut'],
    options: [
      new Option('--follow', 'go on until the run has ended; without a run, until Ctrl-C'),
      secondsOption('--timeout <seconds>', 'how long --follow goes on (a run: 3600; all: no end)', 0).default(
        undefined,
      ),
      ...eventFilterOptions(),
    ],
    run: async (...given) => (await import('../actions/events.js')).events(...given),
  });
}

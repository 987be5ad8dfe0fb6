import type { FilterFlags } from '@marketops/operator/reading';
import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { eventFilterOptions } from './event-filters.js';

export type ReplayFormat = 'text' | 'jsonl' | 'csv' | 'markdown';

export interface ReplayFlags extends FilterFlags {
  readonly step?: true;
  readonly check?: true;
  readonly diff?: string;
  readonly policies?: string;
  readonly live?: true;
  readonly format: ReplayFormat;
}

export function registerReplay(program: Command, runtime: Runtime): void {
  addCommand<ReplayFlags>(program, runtime, {
    usage: 'replay [run]',
    summary: 'what happened, event by event, from the ledger alone',
    description: [
      'Goes through a run as the ledger has it: for every event the state before and after it, what whoever decided it knew, who',
      'signed it, and its entry. Without a run: the events of all runs and of system, by filters. Reads files only, verifies every',
      'signature it shows, works with Redis gone, and can have no effect. --check decides every step again with today’s code and',
      'configuration; what is recorded by digest only is said, and never counts as agreeing.',
    ].join(' '),
    examples: [
      ['marketops replay run_01h…', 'the run, step by step'],
      ['marketops replay run_01h… --until 4711 --step', 'one step per Enter, up to an entry of the ledger'],
      ['marketops replay run_01h… --check', 'would today’s code decide the same?'],
      ['marketops replay run_01h… --diff run_01j…', 'where two runs part'],
      ['marketops replay --since 2h --repository acme/widgets', 'everything about a repository'],
      ['marketops replay --since 2026-01-31 --format markdown > incident.md', 'an incident report'],
    ],
    exits: ['failed', 'usage', 'notFound', 'diverged'],
    options: [
      ...eventFilterOptions(),
      new Option('--until <entry|time>', 'up to an entry of the ledger, or a time, and no further'),
      new Option('--step', 'wait for Enter before each step'),
      new Option('--check', 'decide every step of the run again, and tell what would come out otherwise'),
      new Option('--policies <folder>', 'with --check: the policies of then, where those of now are others'),
      new Option('--diff <run>', 'hold the run against another one'),
      new Option('--live', 'show what Redis has of the run beyond the ledger as well, told apart'),
      new Option('--format <format>', 'how events are printed')
        .choices(['text', 'jsonl', 'csv', 'markdown'])
        .default('text'),
    ],
    run: async (...given) => (await import('../actions/replay.js')).replay(...given),
  });
}

import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { countOption } from './options.js';

export interface DriftFlags {
  readonly limit: number;
  readonly after?: string;
  readonly exitCode?: true;
}

export function registerDrift(program: Command, runtime: Runtime): void {
  addCommand<DriftFlags>(program, runtime, {
    usage: 'drift',
    summary: 'what stands at GitHub otherwise than it was authorized, or without a receipt',
    description: [
      'The publisher compares what was made with what stands there now: every hour unless marketops.yml says otherwise; never for a',
      'server on this machine. Lists effects that somebody has edited or deleted and that are not as authorized again, those of the',
      'newest runs first; and what was found in governed repositories that no receipt allowed. What was never compared is not listed:',
      'with --json, every_ms is 0 where nothing is compared at all.',
    ].join(' '),
    examples: [
      ['marketops drift', 'what is open'],
      ["marketops drift --json | jq -r '.drifted[].remote_id'", 'their numbers at GitHub'],
      ['marketops drift --exit-code', 'for a script: 1 where anything is open'],
    ],
    exits: ['failed', 'usage', 'notFound', 'unreachable'],
    options: [
      countOption('--limit <count>', 'how many of each', 50, 1_000),
      new Option('--after <run>', 'go on where the page before ended: effects of older runs'),
      new Option('--exit-code', 'end with 1 where there is something'),
    ],
    run: async (...given) => (await import('../actions/drift.js')).drift(...given),
  });
}

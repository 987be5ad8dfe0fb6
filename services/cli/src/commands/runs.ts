import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { countOption } from './options.js';

export function registerRuns(program: Command, runtime: Runtime): void {
  addCommand<{ readonly limit: number }>(program, runtime, {
    usage: 'runs',
    summary: 'the newest runs, with their status',
    description:
      'Lists runs from the ledger, newest first; runs in Redis that have not reached it yet stand on top. Works without Redis.',
    examples: [
      ['marketops runs', 'the newest twenty'],
      [
        'marketops runs --limit 500 --json | jq -r \'.runs[] | select(.outcome == "failed").run_id\'',
        'the failed ones',
      ],
    ],
    exits: ['usage'],
    options: [countOption('--limit <count>', 'how many', 20, 1_000)],
    run: async (...given) => (await import('../actions/runs.js')).list(...given),
  });
}

import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { countOption } from './options.js';

export function registerLaws(program: Command, runtime: Runtime): void {
  addCommand<{ readonly depth: number }>(program, runtime, {
    usage: 'laws [law]',
    summary: 'every law: what enforces it, its tests, and the newest entry that shows it',
    description: [
      'Lists the laws with what enforces each while the system runs, how many tests carry its id, whether it is sealed, and',
      'the newest entry of this ledger that shows it at work, its signature verified. With a law’s id: that one in full.',
      'Tests are listed as they were when this release was built. Needs neither Redis nor a running service.',
    ].join(' '),
    examples: [
      ['marketops laws', 'law → check → tests → last evidence'],
      ['marketops laws P4', 'one law, with the names of its tests'],
      ["marketops laws --json | jq '.laws[] | {id, evidence}'", 'the evidence alone'],
    ],
    exits: ['usage', 'notFound'],
    options: [
      countOption(
        '--depth <entries>',
        'how many of the newest entries to look at for evidence',
        5_000,
        1_000_000,
      ),
    ],
    run: async (...given) => (await import('../actions/laws.js')).laws(...given),
  });
}

import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { countOption } from './options.js';

export interface DeadFlags {
  readonly limit: number;
  readonly after?: string;
  readonly exitCode?: true;
}

export function registerDead(program: Command, runtime: Runtime): void {
  addCommand<DeadFlags>(program, runtime, {
    usage: 'dead',
    summary: 'everything that will not go on by itself, with why and what helps',
    description: [
      'Lists runs that have stalled, streams that cannot be believed, jobs that ended in failure while their run has not,',
      'and operations of ended runs that failed, were refused or are uncertain: the newest runs first. Each with the command',
      'that helps. Without Redis it lists what the ledger knows of.',
    ].join(' '),
    examples: [
      ['marketops dead', 'the newest fifty'],
      [
        'marketops dead --json | jq -r \'.dead[] | select(.kind == "operation").help\'',
        'the commands that help',
      ],
      ['marketops dead --exit-code', 'for a script: 1 where anything is dead'],
      ["marketops dead --json | jq -r '.next'", 'where the next page begins: give it to --after'],
    ],
    exits: ['failed', 'usage', 'notFound'],
    options: [
      countOption('--limit <count>', 'how many operations', 50, 1_000),
      new Option('--after <run>', 'go on where the page before ended: operations of older runs'),
      new Option('--exit-code', 'end with 1 where there is something'),
    ],
    run: async (...given) => (await import('../actions/dead.js')).dead(...given),
  });
}

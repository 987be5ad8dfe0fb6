import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface DemoFlags {
  readonly keepRunning?: true;
}

export function registerDemo(program: Command, runtime: Runtime): void {
  addCommand<DemoFlags>(program, runtime, {
    usage: 'demo',
    summary: 'see all of it work, on this machine, in a few seconds',
    description: [
      'Starts a whole system in a fresh folder below .marketops/demo (kept), with a simulated GitHub; runs a release as a',
      'dry run and then for real; and checks that what it shows is so: no write in the dry run, three effects in prod,',
      'one receipt each, the twelve checks, the release as the API returns it, the ledger from its first entry. Ends with',
      '0 only if all of it held, and stops everything it started. --config is not used.',
    ].join(' '),
    examples: [
      ['marketops demo', 'the whole story'],
      ['marketops demo --keep-running', 'and leave it up to play with, until Ctrl-C'],
      ["marketops demo --json | jq '.expectations[] | select(.held | not)'", 'for a program'],
    ],
    exits: ['failed', 'unreachable', 'timedOut'],
    options: [new Option('--keep-running', 'leave everything up until Ctrl-C')],
    ownsProcesses: true,
    run: async (...given) => (await import('../actions/demo.js')).demo(...given),
  });
}

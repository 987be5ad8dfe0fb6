import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { secondsOption } from './options.js';

export interface LedgerRebuildFlags {
  readonly yes?: true;
  readonly dryRun?: true;
  readonly timeout: number;
}

export function registerLedgerRebuild(program: Command, runtime: Runtime): void {
  addCommand<LedgerRebuildFlags>(program, runtime, {
    usage: 'ledger rebuild',
    summary: 'make a Redis that has lost data what the ledger says',
    description: [
      'Shows what Redis lacks of what the ledger has acknowledged; with --yes it is put back: every event, statement and',
      'acknowledgement byte for byte, operations with their starts first, then freezes, then a new epoch, in which no unused',
      'receipt of before counts. Open runs go on. The ledger does it, running or started for it, and what is killed in the',
      'middle goes on at its next start. Jobs that never became events are gone: submit those again under the same keys.',
    ].join(' '),
    examples: [
      ['marketops ledger rebuild', 'what would be put back'],
      ['marketops ledger rebuild --yes', 'put it back'],
    ],
    exits: ['failed', 'usage', 'notFound', 'unreachable', 'timedOut'],
    options: [
      new Option('--dry-run', 'only show what would be done (the default)').conflicts('yes'),
      new Option('--yes', 'do it'),
      secondsOption('--timeout <seconds>', 'how long to wait for it', 600),
    ],
    run: async (...given) => (await import('../actions/ledger-rebuild.js')).ledgerRebuild(...given),
  });
}

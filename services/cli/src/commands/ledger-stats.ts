import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerLedgerStats(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'ledger stats',
    summary: 'how large the ledger is, what is in it, and how long the disk will do',
    description: [
      'Entries, files and bytes, plain and sealed; entries by type, tenant and day; the index, the tiles and the last',
      'checkpoint; the free space, and in how many days minting stops for want of it at the rate of the last week with',
      'entries. Reads the whole journal once, at some hundred megabytes a second, and checks no more than that its entries',
      'follow one another: marketops verify does. Needs no running service, and may run beside one.',
    ].join(' '),
    examples: [
      ['marketops ledger stats', 'what there is'],
      ['marketops ledger stats --json', 'the same for a program'],
    ],
    exits: ['failed', 'usage', 'notFound'],
    run: async (invocation) => (await import('../actions/ledger-stats.js')).ledgerStatsShown(invocation),
  });
}

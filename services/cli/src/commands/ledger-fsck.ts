import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerLedgerFsck(program: Command, runtime: Runtime): void {
  addCommand<{ readonly repair?: true }>(program, runtime, {
    usage: 'ledger fsck',
    summary: 'everything in the ledger’s folder that can be checked without touching it',
    description: [
      'The journal with its seals, from the first entry, against the checkpoint that was published; the index and the public',
      'log against the journal; epochs.json; what was cut off, what was left over, who may write. Each finding says what it',
      'means and what to type. --repair puts right only what is derived from the journal or left over by somebody who died:',
      'the index, the tiles, temporary files, and none of that while a ledger runs. The journal itself is never changed.',
    ].join(' '),
    examples: [
      ['marketops ledger fsck', 'is the folder whole?'],
      ['marketops ledger fsck --repair', 'put right what can be made again'],
    ],
    exits: ['failed', 'usage', 'notFound'],
    options: [new Option('--repair', 'put right what is derived or left over')],
    run: async (...given) => (await import('../actions/ledger-fsck.js')).ledgerFsck(...given),
  });
}

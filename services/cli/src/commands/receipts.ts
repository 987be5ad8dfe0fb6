import { type ReceiptState, receiptStates } from '@marketops/operator/words';
import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { countOption } from './options.js';

export interface ReceiptsFlags {
  readonly run?: string;
  readonly state?: ReceiptState;
  readonly repository?: string;
  readonly limit: number;
  readonly after?: string;
}

export function registerReceipts(program: Command, runtime: Runtime): void {
  addCommand<ReceiptsFlags>(program, runtime, {
    usage: 'receipts',
    summary: 'the receipts there are, with what became of each',
    description: [
      'Lists receipts from the ledger (what is not in it yet, from Redis), those of the newest runs first. A receipt is',
      'issued (live), consumed by the start of its operation, expired, revoked, or superseded by its renewal. Works without',
      'Redis.',
    ].join(' '),
    examples: [
      ['marketops receipts', 'the newest fifty'],
      ['marketops receipts --state issued', 'those that could still be used'],
      ['marketops receipts --run run_01h…', 'those of one run'],
      ["marketops receipts --json | jq -r '.next'", 'where the next page begins: give it to --after'],
    ],
    exits: ['usage', 'notFound'],
    options: [
      new Option('--run <id>', 'of this run only'),
      new Option('--state <state>', 'in this state only').choices([...receiptStates]),
      new Option('--repository <owner/name>', 'for this repository only'),
      countOption('--limit <count>', 'how many', 50, 1_000),
      new Option('--after <id>', 'go on where the page before ended'),
    ],
    run: async (...given) => (await import('../actions/receipts.js')).receipts(...given),
  });
}

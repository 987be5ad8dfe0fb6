import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { type OrderFlags, orderOptions } from './signing-options.js';

export interface EraseFlags extends OrderFlags {
  readonly yes?: true;
}

export function registerErase(program: Command, runtime: Runtime): void {
  addCommand<EraseFlags>(program, runtime, {
    usage: 'erase <run>',
    summary: 'destroy what an ended, sealed run was asked for and planned; every proof stays valid',
    description: [
      'Signs an order with your key and puts it into the ledger; then the run’s key and its ciphertexts are destroyed in the data',
      'folder of this machine. Where that is cut short, the planner finishes it. Digests, receipts, signatures and outcomes stay,',
      'and verify as before; none of them says anything about what was erased. Given again, it finishes what an earlier order',
      'began, and takes away again what a backup has brought back (docs/erasure.md).',
    ].join(' '),
    examples: [
      ['marketops erase run_01h… --reason "asked for by the person named"', 'for ever'],
      ['marketops erase run_01h… --reason "request 118" --as alice --yes --json', 'in a script'],
    ],
    exits: ['failed', 'usage', 'notFound', 'unreachable', 'timedOut'],
    options: [...orderOptions(), new Option('--yes', 'do not ask')],
    run: async (...given) => (await import('../actions/erase.js')).erase(...given),
  });
}

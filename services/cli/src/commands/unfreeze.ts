import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import type { FreezeFlags } from './freeze.js';
import { orderOptions, scopeOptions } from './signing-options.js';

export function registerUnfreeze(program: Command, runtime: Runtime): void {
  addCommand<FreezeFlags>(program, runtime, {
    usage: 'unfreeze',
    summary: 'let a frozen scope start again: takes another person than who froze it',
    description: [
      'Signs an order with your key and puts it into the ledger. Only when the ledger has it and it counts is the scope taken',
      'out of the control keys; what waited goes on by itself. Whoever froze a scope cannot unfreeze it.',
    ].join(' '),
    examples: [
      ['marketops unfreeze --reason "incident 42 is over"', 'everything'],
      [
        'marketops unfreeze --repository acme/widgets --reason "tag corrected"',
        'one repository, as it was frozen',
      ],
    ],
    exits: ['failed', 'usage', 'notFound', 'unreachable', 'timedOut'],
    options: [...scopeOptions(), ...orderOptions()],
    run: async (...given) => (await import('../actions/unfreeze.js')).unfreeze(...given),
  });
}

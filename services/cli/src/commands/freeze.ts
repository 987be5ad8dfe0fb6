import type { ScopeFlags } from '@marketops/operator/words';
import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { type OrderFlags, orderOptions, scopeOptions } from './signing-options.js';

export type FreezeFlags = ScopeFlags & OrderFlags;

export function registerFreeze(program: Command, runtime: Runtime): void {
  addCommand<FreezeFlags>(program, runtime, {
    usage: 'freeze',
    summary: 'stop everything new from starting, or what one tenant, account or repository would',
    description: [
      'Signs an order with your key, closes the scope for every service, and puts the order into the ledger.',
      'When it returns, nothing new starts in the scope and no receipt is minted for it; what had started before is listed:',
      'it may still take effect. Dry runs go on. Unfreezing takes a second person.',
    ].join(' '),
    examples: [
      ['marketops freeze --reason "incident 42"', 'everything'],
      ['marketops freeze --repository acme/widgets --reason "wrong tag"', 'one repository'],
      ['marketops freeze --tenant acme --reason audit --as alice --json', 'one tenant, for a program'],
    ],
    exits: ['failed', 'usage', 'unreachable'],
    options: [...scopeOptions(), ...orderOptions()],
    run: async (...given) => (await import('../actions/freeze.js')).freeze(...given),
  });
}

import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { carryOptions, keyOptions, type WordFlags } from './approve.js';

export function registerWithdraw(program: Command, runtime: Runtime): void {
  addCommand<Omit<WordFlags, 'operation' | 'expires'>>(program, runtime, {
    usage: 'withdraw <run> [approval]',
    summary: 'take back an approval of your own',
    description: [
      'Takes back what you approved: no receipt is minted or renewed on it from then on. A receipt that stands already is',
      'revoked with marketops receipt revoke.',
    ].join(' '),
    examples: [
      ['marketops withdraw run_01h…', 'your only approval of that run'],
      [
        'marketops withdraw run_01h… 01K… --reason "found a fault"',
        'one of several; marketops approvals lists them',
      ],
    ],
    exits: ['usage', 'notFound', 'unreachable', 'timedOut'],
    options: [...keyOptions(), new Option('--reason <text>', 'why; it is recorded'), ...carryOptions()],
    run: async (...given) => (await import('../actions/withdraw.js')).withdraw(...given),
  });
}

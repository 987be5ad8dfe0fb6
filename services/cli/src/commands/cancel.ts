import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface CancelFlags {
  readonly reason: string;
  readonly principal?: string;
}

export function registerCancel(program: Command, runtime: Runtime): void {
  addCommand<CancelFlags>(program, runtime, {
    usage: 'cancel <run>',
    summary: 'keep what has not started from starting',
    description: [
      'Asks for a run to be cancelled, through the queue of the principal that asked for it. Operations that have',
      'started finish: their effect may have happened. The reason stands in the ledger.',
    ].join(' '),
    examples: [['marketops cancel run_01h… --reason "wrong tag"', 'what has not started will not']],
    exits: ['usage', 'notFound', 'otherOutcome', 'unreachable'],
    options: [
      new Option('--reason <text>', 'why; it is recorded').makeOptionMandatory(),
      new Option('--principal <id>', 'who cancels (default: who asked for the run)'),
    ],
    run: async (...given) => (await import('../actions/cancel.js')).cancel(...given),
  });
}

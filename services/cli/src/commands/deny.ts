import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { carryOptions, keyOptions, operationOption, type WordFlags } from './approve.js';

export function registerDeny(program: Command, runtime: Runtime): void {
  addCommand<Omit<WordFlags, 'expires'> & { readonly reason: string }>(program, runtime, {
    usage: 'deny <run>',
    summary: 'say no to a plan, with the reason: what it covers does not ship',
    description:
      'As approve, with a no: the operations it covers that have no receipt yet end with your reason. There is no way back but a new run.',
    examples: [['marketops deny run_01h… --reason "the notes name the wrong version"', 'the whole plan']],
    exits: ['usage', 'notFound', 'unreachable', 'timedOut'],
    options: [
      operationOption(),
      ...keyOptions(),
      new Option('--reason <text>', 'why; whoever asked reads it').makeOptionMandatory(),
      ...carryOptions(),
    ],
    run: async (...given) => (await import('../actions/deny.js')).deny(...given),
  });
}

import { namedOperations, operationsOf } from '@marketops/operator';
import type { Invocation } from '../command.js';
import type { WordFlags } from '../commands/approve.js';
import { say } from '../people/say.js';

export const approve = (
  invocation: Invocation,
  [run = '']: readonly string[],
  flags: WordFlags,
): Promise<number> => {
  const named = namedOperations(flags.operation);
  return say(invocation, 'grant', run, flags, ({ plan }) => ({
    operations: operationsOf(plan, named),
    withdraws: null,
  }));
};

import { namedOperations, operationsOf } from '@marketops/operator';
import type { Invocation } from '../command.js';
import type { WordFlags } from '../commands/approve.js';
import { say, unlessGrantMs } from '../people/say.js';

export const deny = (
  invocation: Invocation,
  [run = '']: readonly string[],
  flags: Omit<WordFlags, 'expires'>,
): Promise<number> => {
  const named = namedOperations(flags.operation);
  return say(invocation, 'deny', run, { ...flags, expires: unlessGrantMs }, ({ plan }) => ({
    operations: operationsOf(plan, named),
    withdraws: null,
  }));
};

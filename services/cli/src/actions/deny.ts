import type { Invocation } from '../command.js';
import type { WordFlags } from '../commands/approve.js';
import { say, unlessGrantMs } from '../people/say.js';
import { operationSet } from '../people/shown-plan.js';

export const deny = (
  invocation: Invocation,
  [run = '']: readonly string[],
  flags: Omit<WordFlags, 'expires'>,
): Promise<number> =>
  say(invocation, 'deny', run, { ...flags, expires: unlessGrantMs }, ({ plan }) => ({
    operations: operationSet(plan, flags.operation),
    withdraws: null,
  }));

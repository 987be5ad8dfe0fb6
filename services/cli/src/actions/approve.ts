import type { Invocation } from '../command.js';
import type { WordFlags } from '../commands/approve.js';
import { say } from '../people/say.js';
import { operationSet } from '../people/shown-plan.js';

export const approve = (
  invocation: Invocation,
  [run = '']: readonly string[],
  flags: WordFlags,
): Promise<number> =>
  say(invocation, 'grant', run, flags, ({ plan }) => ({
    operations: operationSet(plan, flags.operation),
    withdraws: null,
  }));

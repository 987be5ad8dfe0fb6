import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialOperation, isTerminal, type OperationPhase } from './operation-state.js';
import { runOutcome } from './run-completion.js';

const operations = (...phases: OperationPhase[]) => phases.map((phase) => ({ ...initialOperation, phase }));
const phases = [
  'none',
  'planned',
  'authorized',
  'expired',
  'started',
  'succeeded',
  'failed',
  'refused',
  'uncertain',
  'blocked',
  'advised',
  'skipped',
] as const;

describe('the end of a run', () => {
  it.each<[string, OperationPhase[], boolean, string]>([
    ['all have succeeded', ['succeeded', 'succeeded'], false, 'completed'],
    ['all have, and a cancel came too late', ['succeeded'], true, 'completed'],
    ['some have', ['succeeded', 'failed'], false, 'partial'],
    ['some have, the rest was skipped', ['succeeded', 'skipped'], true, 'partial'],
    ['some have, one is uncertain', ['succeeded', 'uncertain'], false, 'partial'],
    ['none has, one was tried', ['failed', 'skipped'], false, 'failed'],
    ['a genuine receipt was refused', ['refused'], false, 'failed'],
    ['nobody knows of one', ['uncertain', 'advised'], false, 'failed'],
    ['one failed and then it was cancelled', ['failed', 'skipped'], true, 'failed'],
    ['nothing was allowed', ['advised', 'skipped'], false, 'blocked'],
    ['all prerequisites were missing', ['skipped'], false, 'blocked'],
    ['a cancel kept all from starting', ['skipped', 'skipped'], true, 'cancelled'],
    ['a cancelled dry run', ['advised'], true, 'blocked'],
  ])('given %s', (_what, list, cancelled, status) => {
    expect(runOutcome(operations(...list), cancelled)?.status).toBe(status);
  });

  it.each(['none', 'planned', 'authorized', 'expired', 'started', 'blocked'] as const)(
    'given one is still %s, then there is none',
    (phase) => {
      expect(runOutcome(operations('succeeded', phase), false)).toBeUndefined();
      expect(isTerminal({ ...initialOperation, phase })).toBe(false);
    },
  );

  it('given any operations, then it has an end exactly when all have, and every one is counted once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...phases), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (list, cancelled) => {
          const outcome = runOutcome(operations(...list), cancelled);
          expect(outcome !== undefined).toBe(operations(...list).every(isTerminal));
          if (outcome === undefined) return;
          const { succeeded, failed, blocked, skipped, uncertain, status } = outcome;
          expect(succeeded + failed + blocked + skipped + uncertain).toBe(list.length);
          expect(status === 'completed').toBe(succeeded === list.length);
          expect(succeeded > 0).toBe(['completed', 'partial'].includes(status));
        },
      ),
    );
  });
});

import { gateChecks } from '@marketops/contracts';
import { createGate } from '@marketops/publisher';
import { anyCase, anyMutation, gateRules } from '@marketops/publisher/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const gate = createGate(gateRules);
const receipts = 1_320;
const mutationsEach = 100;

/**
 * For random valid receipts and random single mutations of receipt, operation, run, time or key, the gate never passes.
 * Each unmutated one does, so the test can fail; and each of the twelve checks is the one that stops some, so it does not
 * rest on one of them.
 */
it('P1, P8, R1: given random valid receipts, when any single thing is changed, then the gate never passes', () => {
  const judged = { receipt: 0, operation: 0, run: 0, time: 0, key: 0 };
  const stoppedBy = new Set<string>();
  const mutations = fc.array(anyMutation, { minLength: mutationsEach, maxLength: mutationsEach });
  fc.assert(
    fc.property(anyCase, mutations, (one, changes) => {
      expect(gate.judge(one.facts).verdict).toBe('pass');
      for (const { of, apply } of changes) {
        const asked = apply(one);
        if (asked === undefined) continue;
        const verdict = createGate(asked.rules).judge(asked.facts);
        if (verdict.verdict === 'pass')
          throw new Error(`a mutation of the ${of} passes: ${JSON.stringify({ was: one.data, asked })}`);
        judged[of] += 1;
        stoppedBy.add(verdict.check);
      }
    }),
    { numRuns: receipts, endOnFailure: true },
  );
  const total = Object.values(judged).reduce((sum, count) => sum + count, 0);
  expect(total).toBeGreaterThanOrEqual(100_000);
  for (const [of, count] of Object.entries(judged)) expect(count, of).toBeGreaterThan(1_000);
  expect([...stoppedBy].sort()).toEqual([...gateChecks].sort());
}, 240_000);

import { createGate, readPresentation } from '@marketops/publisher';
import { anyCase, gateRules } from '@marketops/publisher/testing';
import fc from 'fast-check';
import { type Door, openDoor, Violation } from '../door.js';
import { mutatedJson } from '../mutate.js';

/** Job data as the publisher's gate reads it, in this process: by the hundred thousand. */
export const gate: Door = {
  name: 'gate',
  what: 'presentations: the gate answers, never throws, and passes only what was minted',
  async open() {
    const judge = createGate(gateRules);
    const cases = fc.sample(anyCase, { seed: 1, numRuns: 40 });
    const inputs = fc
      .constantFrom(...cases)
      .chain((one) => mutatedJson([one.data]).map((data) => ({ one, data })));
    return openDoor(inputs, ({ one, data }) => {
      const { verdict } = judge.judge({ ...one.facts, presented: readPresentation(data) });
      if (verdict === 'pass' && !isSame(data, one.data)) throw new Violation('it passes');
    });
  },
};

/** Members in any order; what has no text is the same as nothing. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
};

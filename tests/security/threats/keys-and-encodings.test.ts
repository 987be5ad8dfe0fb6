import { createGate, readPresentation } from '@marketops/publisher';
import { anyCase, gateRules } from '@marketops/publisher/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const gate = createGate(gateRules);
const cases = fc.sample(anyCase, { seed: 9, numRuns: 10 });

const present = (at: (typeof cases)[number], receipt: object) =>
  gate.judge({ ...at.facts, presented: readPresentation({ ...at.data, receipt }) });

describe('F3: a receipt under a key id that is not the mint’s', () => {
  const ids = [
    'unknown-1',
    'federation-actor',
    'publisher-actor',
    'receipt-hmac',
    '../federation-mint',
    'federation-mint/..',
    '/etc/passwd',
    '..',
    '',
    '__proto__',
    'constructor',
    'federation-mint\u0000',
    'FEDERATION-MINT',
  ];
  it.each(ids)(
    'given the key id %j, then it is refused by presence or signatures, never by an exception',
    (id) => {
      for (const one of cases) {
        for (const field of ['key_id', 'hmac_key_id'] as const) {
          const verdict = present(one, { ...one.receipt, [field]: id });
          if (one.receipt[field] === id) continue;
          expect(verdict.verdict).toBe('refuse');
          expect(verdict).toMatchObject({ check: expect.stringMatching(/^(presence|signatures)$/) });
        }
      }
    },
  );

  it('given the genuine ids, then it passes', () => {
    for (const one of cases) expect(present(one, one.receipt).verdict).toBe('pass');
  });
});

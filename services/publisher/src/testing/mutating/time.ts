import fc from 'fast-check';
import { readPresentation } from '../../gate/read-presentation.js';
import { sharedAuthority } from '../gate-fixture.js';
import { iso, type Mutation, gateRules as rules } from './mutation.js';
import { streamOf } from './run.js';

/** Presented when it does not count: from the very millisecond of its expiry on, or earlier than skew forgives. */
export const nowMutation: fc.Arbitrary<Mutation> = fc
  .tuple(fc.boolean(), fc.oneof(fc.constantFrom(0, 1, 999), fc.nat(400 * 86_400_000)))
  .map(([late, byMs]) => ({
    of: 'time',
    apply: (one) => ({
      rules,
      facts: {
        ...one.facts,
        now: iso(
          late
            ? Date.parse(one.receipt.expires_at) + byMs
            : Date.parse(one.receipt.issued_at) - 30_001 - byMs,
        ),
      },
    }),
  }));

/** Minted, by the mint, with times no true federation would write: too long, from the future, long gone. */
export const lifetimeMutation: fc.Arbitrary<Mutation> = fc
  .tuple(fc.nat(2), fc.oneof(fc.constantFrom(1, 2, 1_000), fc.integer({ min: 1, max: 90 * 86_400_000 })))
  .map(([which, byMs]) => ({
    of: 'time',
    apply(one) {
      const { signatures: _, ...claims } = one.receipt;
      const nowMs = Date.parse(one.facts.now);
      const dayMs = 86_400_000;
      const issuedAtMs = Date.parse(claims.issued_at);
      const times = [
        { expires_at: iso(issuedAtMs + dayMs + byMs) },
        {
          issued_at: iso(nowMs - dayMs - byMs),
          not_before: iso(nowMs - dayMs - byMs),
          expires_at: iso(nowMs + 1),
        },
        {
          issued_at: iso(nowMs + 30_000 + byMs),
          not_before: iso(nowMs + 30_000 + byMs),
          expires_at: iso(nowMs + dayMs),
        },
      ][which];
      const receipt = sharedAuthority.issue({ ...claims, ...times });
      const stream = streamOf(one, { receipt });
      return {
        rules,
        facts: { ...one.facts, stream, presented: readPresentation({ ...one.data, receipt }) },
      };
    },
  }));

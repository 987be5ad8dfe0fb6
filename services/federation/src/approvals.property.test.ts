import { foldRun, runStream } from '@marketops/contracts';
import { isoTime } from '@marketops/engine';
import { approvalBy, type OutsideName, testAudience } from '@marketops/engine/testing';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openHarness } from './testing/harness.js';
import { hearingOf, wantingApprovals } from './testing/hearing.js';
import { runId, tagOf } from './testing/plan.js';

const people = ['alice', 'bob', 'carol'] as const;
type Person = (typeof people)[number];
const defects = [
  'none',
  'expired',
  'of the future',
  'other plan',
  'other run',
  'other operation',
  'other environment',
  'signed by another',
  'altered',
] as const;

/** One word as the model sees it: when it was signed (all differ), by whom, what, and what is wrong with it. */
const word = fc.record({
  by: fc.constantFrom(...people),
  verdict: fc.constantFrom('grant', 'grant', 'grant', 'deny', 'withdraw'),
  defect: fc.oneof(
    { weight: 4, arbitrary: fc.constant('none' as const) },
    { weight: 3, arbitrary: fc.constantFrom(...defects) },
  ),
});
type Word = typeof word extends fc.Arbitrary<infer Value> ? Value : never;

interface Scenario {
  readonly words: readonly Word[];
  /** In which order the console carries them; some it carries twice. */
  readonly carried: readonly number[];
  readonly requester: Person | 'ci';
  readonly removed: readonly Person[];
  readonly needed: number;
  readonly group: string | undefined;
}
const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    words: fc.array(word, { maxLength: 6 }),
    requester: fc.constantFrom(...people, 'ci' as const),
    removed: fc.subarray([...people], { maxLength: 1 }),
    needed: fc.integer({ min: 1, max: 3 }),
    group: fc.constantFrom(undefined, 'release-managers'),
  })
  .chain((base) => {
    const indexes = base.words.map((_, index) => index);
    return fc
      .tuple(
        fc.shuffledSubarray(indexes, { minLength: indexes.length, maxLength: indexes.length }),
        fc.subarray(indexes),
      )
      .map(([all, again]) => ({ ...base, carried: [...all, ...again] }));
  });

/** What the words come to, said without a look at how federation reckons it. */
function model({ words, requester, removed, needed, group }: Scenario): 'authorized' | 'planned' | 'advised' {
  const inGroup = (person: Person) => group === undefined || person !== 'carol';
  const lastOf = (person: Person): Word | undefined => {
    const heard = words.filter(({ by, defect, verdict }) => {
      if (by !== person) return false;
      // Expired words were words: what comes last is last. A removed person's no is still theirs, a yes is not.
      if (defect !== 'none' && defect !== 'expired') return false;
      return !removed.includes(person) || verdict !== 'grant';
    });
    return heard.at(-1);
  };
  /** The yes before it, whatever that was worth and whichever operation the withdrawal speaks of. */
  const takenBack = new Set(
    words.map(({ by, verdict, defect }, index) => {
      const isWord = defect === 'none' || defect === 'expired' || defect === 'other operation';
      if (verdict !== 'withdraw' || !isWord) return undefined;
      return words.slice(0, index).findLast((one) => one.by === by && one.verdict === 'grant');
    }),
  );
  const eligible = people.filter((person) => person !== requester && !removed.includes(person));
  const says = (person: Person) => {
    const last = lastOf(person);
    if (last === undefined || takenBack.has(last)) return undefined;
    // A no does not run out.
    return last.defect === 'none' || last.verdict === 'deny' ? last.verdict : undefined;
  };
  if (eligible.some((person) => says(person) === 'deny' && inGroup(person))) return 'advised';
  const yes = eligible.filter((person) => says(person) === 'grant' && inGroup(person));
  return yes.length >= needed ? 'authorized' : 'planned';
}

describe('O2, F2: approvals', () => {
  it('given any words of any people in any order, then there is a receipt exactly when the model says so', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(scenario, async (the) => {
        const its = await openHarness({ policy: wantingApprovals(the.needed, the.group) });
        try {
          await its.plan([tagOf(), tagOf('other')], { principal: the.requester });
          its.engine.clock.step(60_000);
          const nowMs = its.engine.clock.nowMs();
          const { carry } = hearingOf(its);
          const { planned } = foldRun(await its.engine.events(runStream(runId)));
          const about = { run_id: runId, plan_digest: planned?.data.plan_digest ?? '' };
          const grants = new Map<Person, string>();
          // Further apart than clocks may differ: closer together, a no is the later.
          const signedAt = (index: number) =>
            isoTime(nowMs - 1_000 - (the.words.length - 1 - index) * 40_000);
          const signed = the.words.map(({ by, verdict, defect }, index) => {
            const signer: OutsideName = defect === 'signed by another' ? 'ci' : by;
            const approval = approvalBy(its.engine.keys, signer, about, nowMs, {
              ...{ approver: by, key_id: `${by}-1`, verdict, issued_at: signedAt(index) },
              withdraws: verdict === 'withdraw' ? (grants.get(by) ?? '01ARZ3NDEKTSV4RRFFQ69G5FAV') : null,
              ...(defect === 'expired' ? { expires_at: isoTime(nowMs - 1) } : {}),
              ...(defect === 'of the future' ? { issued_at: isoTime(nowMs + 31_000) } : {}),
              ...(defect === 'other plan' ? { plan_digest: '1'.repeat(64) } : {}),
              ...(defect === 'other run' ? { run_id: `run_${'b'.repeat(26)}` } : {}),
              ...(defect === 'other operation' ? { operations: ['other'] } : {}),
              ...(defect === 'other environment'
                ? { audience: { ...testAudience, environment: 'prod' } }
                : {}),
            });
            if (verdict === 'grant') grants.set(by, approval.approval_id);
            return defect === 'altered' ? { ...approval, reason: 'altered' } : approval;
          });
          for (const index of the.carried) {
            const approval = signed[index];
            if (approval !== undefined) await carry(approval);
          }
          const keys = its.engine.keys.published.keys.map((key) =>
            the.removed.some((person) => key.key_id === `${person}-1`)
              ? { ...key, revoked_at: isoTime(nowMs - 10) }
              : key,
          );
          its.trust(openKeyring(nodeCrypto, { ...its.engine.keys.published, keys }));
          await its.ask(['tag']);
          const { phase } = await its.operation('tag');
          expect(phase).toBe(model(the));
          seen.set(phase, (seen.get(phase) ?? 0) + 1);
        } finally {
          its.engine.close();
        }
      }),
      { numRuns: 300 },
    );
    // The scenarios are no use if they all end alike.
    for (const phase of ['authorized', 'planned', 'advised'])
      expect(seen.get(phase), phase).toBeGreaterThan(10);
  }, 120_000);
});

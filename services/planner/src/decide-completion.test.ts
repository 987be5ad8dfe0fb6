import { defaultTuning as tuning } from '@marketops/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRun } from './decide-run.js';
import { type Row, runId, startMs, type ViewOptions, viewOf } from './testing/run-view.js';

const decide = (rows: readonly Row[], options: ViewOptions = {}) =>
  decideRun(viewOf(rows, options), startMs, tuning);
const drafts = (rows: readonly Row[], options: ViewOptions = {}) =>
  decide(rows, options).streams.flatMap(({ events }) => events);
const skipped = (rows: readonly Row[], options: ViewOptions = {}) =>
  drafts(rows, options).flatMap((draft) =>
    draft.type === 'operation.skipped' ? [draft.data.operation_id] : [],
  );
const released = (rows: readonly Row[], options: ViewOptions = {}) =>
  decide(rows, options).jobs.flatMap(({ data }) => data['operation_ids'] ?? []) as string[];
const completed = (rows: readonly Row[], options: ViewOptions = {}) =>
  drafts(rows, options).flatMap((draft) => (draft.type === 'run.completed' ? [draft.data] : []))[0];

describe('completion', () => {
  it.each<[string, readonly Row[], boolean, object | undefined]>([
    [
      'all succeeded',
      [
        ['a', 'succeeded', []],
        ['b', 'succeeded', []],
      ],
      false,
      { status: 'completed', succeeded: 2 },
    ],
    [
      'some did',
      [
        ['a', 'succeeded', []],
        ['b', 'failed', []],
      ],
      false,
      { status: 'partial', succeeded: 1, failed: 1 },
    ],
    [
      'none did and one was tried',
      [
        ['a', 'failed', []],
        ['b', 'planned', ['a']],
      ],
      false,
      { status: 'failed', failed: 1, skipped: 1 },
    ],
    ['one is uncertain', [['a', 'uncertain', []]], false, { status: 'failed', uncertain: 1 }],
    ['a genuine receipt was refused', [['a', 'refused', []]], false, { status: 'failed', failed: 1 }],
    ['policy said no', [['a', 'advised', []]], false, { status: 'blocked', blocked: 1 }],
    ['a cancel came in time', [['a', 'planned', []]], true, { status: 'cancelled', skipped: 1 }],
    [
      'a cancel came when some had shipped',
      [
        ['a', 'succeeded', []],
        ['b', 'planned', []],
      ],
      true,
      { status: 'partial', skipped: 1 },
    ],
    [
      'one is still open',
      [
        ['a', 'succeeded', []],
        ['b', 'started', []],
      ],
      false,
      undefined,
    ],
    ['a dry run awaits its advisory', [['a', 'blocked', []]], false, undefined],
  ])('given %s', (_what, rows, cancelled, expected) => {
    if (expected === undefined) expect(completed(rows, { cancelled })).toBeUndefined();
    else expect(completed(rows, { cancelled })).toMatchObject(expected);
  });

  it('given the run ends, then its skips and its end are one append, and its deadline goes', () => {
    const decision = decide([
      ['a', 'failed', []],
      ['b', 'planned', ['a']],
    ]);
    expect(decision.streams.map(({ stream }) => stream)).toEqual([`op/${runId}/b`, `run/${runId}`]);
    expect(decision).toMatchObject({ jobs: [], deadline: { runId, atMs: null } });
  });

  it.each(['completed', 'rejected', 'none'] as const)(
    'E2: given a run that is %s, then nothing more is said',
    (status) => {
      const decision = decide([['a', 'succeeded', []]], { run: { status }, sweep: true });
      expect([decision.streams, decision.jobs]).toEqual([[], []]);
    },
  );

  it('given any plan and any standing, then the counts sum to the operations, and a release waits for nothing lost', () => {
    const phases = [
      'planned',
      'authorized',
      'started',
      'succeeded',
      'failed',
      'refused',
      'uncertain',
      'advised',
      'skipped',
      'expired',
    ] as const;
    const plans = fc
      .array(fc.tuple(fc.constantFrom(...phases), fc.array(fc.nat(), { maxLength: 3 })), {
        minLength: 1,
        maxLength: 12,
      })
      .map((list) =>
        list.map(
          ([phase, on], at): Row => [
            `o${at}`,
            phase,
            at === 0 ? [] : [...new Set(on.map((to) => `o${to % at}`))],
          ],
        ),
      );
    fc.assert(
      fc.property(plans, fc.boolean(), (rows, cancelled) => {
        const phaseOf = new Map(rows.map(([id, phase]) => [id, phase]));
        const end = completed(rows, { cancelled });
        if (end !== undefined) {
          const { status: _, ...counts } = end;
          expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(rows.length);
        }
        const gone = new Set(skipped(rows, { cancelled }));
        for (const id of released(rows, { cancelled })) {
          expect(gone.has(id)).toBe(false);
          const [, , on = []] = rows.find(([own]) => own === id) ?? [];
          expect(on.every((to) => phaseOf.get(to) === 'succeeded')).toBe(true);
        }
      }),
    );
  });
});

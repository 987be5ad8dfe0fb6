import type { OperationPhase } from '@marketops/contracts';
import { defaultTuning as tuning } from '@marketops/engine';
import { describe, expect, it } from 'vitest';
import { decideRun } from './decide-run.js';
import {
  type Row,
  requestEvent,
  runEvent,
  runId,
  startMs,
  stateOf,
  type ViewOptions,
  viewOf,
} from './testing/run-view.js';

const decide = (rows: readonly Row[], options: ViewOptions = {}, nowMs = startMs) =>
  decideRun(viewOf(rows, options), nowMs, tuning);
const skipped = (rows: readonly Row[], options: ViewOptions = {}) =>
  decide(rows, options).streams.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.type === 'operation.skipped' ? [[event.data.operation_id, event.data.reason.code]] : [],
    ),
  );
const released = (rows: readonly Row[], options: ViewOptions = {}) =>
  decide(rows, options).jobs.flatMap(({ data }) => data['operation_ids'] ?? []);
describe('release of what waited', () => {
  it.each<[string, readonly Row[], string[]]>([
    [
      'its dependency has succeeded',
      [
        ['a', 'succeeded', []],
        ['b', 'planned', ['a']],
      ],
      ['b'],
    ],
    [
      'one of two has not yet',
      [
        ['a', 'succeeded', []],
        ['b', 'started', []],
        ['c', 'planned', ['a', 'b']],
      ],
      [],
    ],
    [
      'both have',
      [
        ['a', 'succeeded', []],
        ['b', 'succeeded', []],
        ['c', 'planned', ['a', 'b']],
      ],
      ['c'],
    ],
    [
      'it waits for nobody: it went to federation with the plan',
      [
        ['a', 'planned', []],
        ['b', 'started', []],
      ],
      [],
    ],
    [
      'it has its receipt already',
      [
        ['a', 'succeeded', []],
        ['b', 'authorized', ['a']],
      ],
      [],
    ],
    [
      'two wait for one',
      [
        ['a', 'succeeded', []],
        ['b', 'planned', ['a']],
        ['c', 'planned', ['a']],
      ],
      ['b', 'c'],
    ],
  ])('given %s', (_what, rows, expected) => {
    expect(released(rows)).toEqual(expected);
    expect(skipped(rows)).toEqual([]);
  });

  it('E2: given the same wake-up again, then the job has the same id', () => {
    const rows: Row[] = [
      ['a', 'succeeded', []],
      ['b', 'planned', ['a']],
    ];
    expect(decide(rows).jobs).toEqual(decide(rows, {}, startMs + 5_000).jobs);
  });

  it('D1: given a dry run, then nothing is released to be shipped', () => {
    expect(
      released(
        [
          ['a', 'succeeded', []],
          ['b', 'planned', ['a']],
        ],
        { mode: 'dry_run' },
      ),
    ).toEqual([]);
  });
});

describe('skips', () => {
  it.each<OperationPhase>(['failed', 'refused', 'uncertain', 'advised', 'skipped'])(
    'given an operation %s, then everything that waits for it is skipped in one decision, however far down',
    (phase) => {
      const rows: Row[] = [
        ['d', 'planned', ['c']],
        ['c', 'planned', ['b']],
        ['b', 'planned', ['a']],
        ['a', phase, []],
        ['x', 'started', []],
      ];
      expect(skipped(rows)).toEqual(
        expect.arrayContaining([
          ['b', 'dependency_failed'],
          ['c', 'dependency_failed'],
          ['d', 'dependency_failed'],
        ]),
      );
      expect(skipped(rows)).toHaveLength(3);
    },
  );

  it('given a dependency with a receipt of a lost one, then it is skipped too: it never started', () => {
    expect(
      skipped([
        ['a', 'failed', []],
        ['b', 'authorized', ['a']],
      ]),
    ).toEqual([['b', 'dependency_failed']]);
  });

  it('given a receipt expired unused, then its operation is skipped, and what waits for it', () => {
    const rows: Row[] = [
      ['a', 'expired', []],
      ['b', 'planned', ['a']],
    ];
    expect(skipped(rows)).toEqual([
      ['a', 'receipt_expired'],
      ['b', 'dependency_failed'],
    ]);
  });

  it('given a receipt was revoked, then its operation is skipped in the operator’s words, and what waits for it', () => {
    const rows: Row[] = [
      ['a', 'revoked', []],
      ['b', 'planned', ['a']],
    ];
    const why = { code: 'receipt_revoked', message: 'alice revoked it: wrong commit', remedy: 'Plan again.' };
    const data = { receipt_id: 'rcp_01ARZ3NDEKTSV4RRFFQ69G5FAV', reason: why, command: null };
    const event = runEvent(4, { type: 'receipt.revoked', data });
    const revoked = { ...event, type: 'receipt.revoked' as const, data };
    for (const cancelled of [false, true]) {
      const view = viewOf(rows, { cancelled });
      const operations = new Map(view.operations).set('a', stateOf('revoked', { revoked }));
      const [first, second, end] = decideRun({ ...view, operations }, startMs, tuning).streams;
      expect(first?.events).toEqual([
        { type: 'operation.skipped', data: { operation_id: 'a', reason: why } },
      ]);
      expect(second?.stream).toBe(`op/${runId}/b`);
      expect(end?.events[0]).toMatchObject({ type: 'run.completed', data: { skipped: 2, succeeded: 0 } });
    }
  });

  it('given operations that wait for people, when the run is cancelled, then they are skipped', () => {
    const run = { approvalRequests: [requestEvent(['a'], startMs + 3_600_000)] };
    const rows: Row[] = [['a', 'planned', []]];
    expect(skipped(rows, { run })).toEqual([]);
    expect(skipped(rows, { run, cancelled: true })).toEqual([['a', 'cancelled']]);
  });

  it('given a cancel, then what has not started is skipped, and what has started is let be', () => {
    const phases: OperationPhase[] = [
      'planned',
      'authorized',
      'expired',
      'started',
      'succeeded',
      'failed',
      'blocked',
    ];
    const rows = phases.map((phase): Row => [phase, phase, []]);
    expect(skipped(rows, { cancelled: true })).toEqual([
      ['planned', 'cancelled'],
      ['authorized', 'cancelled'],
      ['expired', 'cancelled'],
    ]);
    expect(released(rows, { cancelled: true })).toEqual([]);
  });

  it('E1: given skips, then each is decided on the seq its stream was read at', () => {
    const [first] = decide([
      ['a', 'failed', []],
      ['b', 'planned', ['a']],
    ]).streams;
    expect(first).toMatchObject({ stream: `op/${runId}/b`, afterSeq: 3 });
  });
});

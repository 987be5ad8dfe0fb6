import { type PlanRequest, PlanRequest as PlanRequestSchema, type Receipt } from '@marketops/contracts';
import { defaultTuning as tuning } from '@marketops/engine';
import { describe, expect, it } from 'vitest';
import { decideRun } from './decide-run.js';
import {
  iso,
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
  decideRun(viewOf(rows, { sweep: true, ...options }), nowMs, tuning);
const receipt = (over: object = {}) =>
  ({
    receipt_id: 'rcp_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    run_id: runId,
    operation_id: 'a',
    operation_kind: 'tag_repo',
    mode: 'prod',
    ...over,
  }) as Receipt;
const stalls = (rows: readonly Row[], options: ViewOptions, nowMs: number) =>
  decide(rows, options, nowMs).streams.flatMap(({ events }) =>
    events.filter(({ type }) => type === 'run.stalled'),
  );
const lateMs = startMs + tuning.runDeadlineMs;

describe('a sweep derives anew what ought to be on its way', () => {
  it('given operations that wait for nobody, or for a success, then both go to federation again', () => {
    const { jobs } = decide([
      ['a', 'planned', []],
      ['b', 'succeeded', []],
      ['c', 'planned', ['b']],
      ['d', 'planned', ['a']],
    ]);
    expect(jobs.map(({ queue, data }) => [queue, data['operation_ids']])).toEqual([
      ['{authorizations}', ['a']],
      ['{authorizations}', ['c']],
    ]);
  });

  it('D5: given a dry run without its advisory, then federation is asked for it again', () => {
    expect(
      decide(
        [
          ['a', 'blocked', []],
          ['b', 'advised', []],
        ],
        { mode: 'dry_run' },
      ).jobs,
    ).toMatchObject([{ data: { operation_ids: ['a'] } }]);
  });

  it.each(['authorized', 'started'] as const)(
    'given an operation %s, then its receipt is presented again',
    (phase) => {
      const view = viewOf([['a', phase, []]], { sweep: true });
      const issued = {
        ...runEvent(2, { type: 'receipt.issued', data: { receipt: receipt() } }),
        type: 'receipt.issued' as const,
        data: { receipt: receipt() },
      };
      const operations = new Map([['a', stateOf(phase, { issued })]]);
      const { jobs } = decideRun({ ...view, operations }, startMs, tuning);
      expect(jobs).toMatchObject([
        { queue: '{publications-acme}', data: { operation_id: 'a', mode: 'prod', receipt: receipt() } },
      ]);
    },
  );

  it('given two sweeps, then their jobs have ids of their own: BullMQ may still know the first', () => {
    const rows: Row[] = [['a', 'planned', []]];
    expect(decide(rows).jobs[0]?.jobId).not.toBe(decide(rows, {}, startMs + 1).jobs[0]?.jobId);
  });

  it('given a request that was never planned, then its principal’s queue gets it again, under its own key', () => {
    const view = viewOf([['a', 'planned', []]], { sweep: true });
    const run = { ...view.run, status: 'requested' as const };
    const request: PlanRequest = PlanRequestSchema.parse({
      tenant_id: 'acme',
      repository: 'acme/widgets',
      operations: [{ id: 'a', kind: 'tag_repo', tag_name: 'v1' }],
    });
    const { jobs, streams } = decideRun({ ...view, run, plan: null, request }, startMs, tuning);
    expect(jobs).toMatchObject([
      { queue: '{plans-ci}', name: 'plan.requested', data: { idempotency_key: 'k' } },
    ]);
    expect(streams).toEqual([]);
    expect(decideRun({ ...view, sweep: false, run, plan: null, request }, startMs, tuning).jobs).toEqual([]);
  });

  it('given a request that is not planned for a whole deadline, then that is said, once', () => {
    const view = viewOf([['a', 'planned', []]], { sweep: true });
    const silentMs = startMs + tuning.runDeadlineMs;
    const sayings = (over: Partial<typeof view.run>, nowMs: number) =>
      decideRun(
        { ...view, run: { ...view.run, status: 'requested', ...over }, plan: null },
        nowMs,
        tuning,
      ).streams.flatMap(({ events }) => events);
    expect(sayings({}, silentMs)).toEqual([{ type: 'run.stalled', data: { waiting_for: [], sweeps: 1 } }]);
    expect(sayings({}, silentMs - 1)).toEqual([]);
    expect(sayings({ stalls: 1, stalledAt: view.lastEventAt }, silentMs)).toEqual([]);
  });
});

describe('a run that waits for people', () => {
  const hourMs = 3_600_000;
  const asked = (ids: readonly string[]) => ({
    run: { approvalRequests: [requestEvent(ids, startMs + hourMs)] },
  });
  const rows: Row[] = [
    ['a', 'planned', []],
    ['b', 'planned', ['a']],
    ['c', 'succeeded', []],
  ];

  it('given its request is open, then silence is no stall, and each sweep asks federation again', () => {
    expect(stalls(rows, asked(['a']), lateMs)).toEqual([]);
    expect(stalls(rows, asked(['a']), startMs + hourMs - 1)).toEqual([]);
    expect(decide(rows, asked(['a']), lateMs).jobs).toMatchObject([
      { queue: '{authorizations}', data: { operation_ids: ['a'] } },
    ]);
  });

  it('given its request has run out, then silence is a stall again', () => {
    expect(stalls(rows, asked(['a']), startMs + hourMs)).toHaveLength(1);
  });

  it.each<[string, Row]>([
    ['one that nobody was asked about waits too', ['d', 'planned', []]],
    ['one has its receipt and does not start', ['d', 'authorized', []]],
    ['one has started and is not heard of', ['d', 'started', []]],
    ['one has its receipt, while what it depends on waits', ['d', 'authorized', ['a']]],
  ])('given %s, then it is stalled all the same', (_what, row) => {
    expect(stalls([...rows, row], asked(['a']), lateMs)).toHaveLength(1);
  });
});

describe('a stalled run', () => {
  const open: Row[] = [
    ['a', 'started', []],
    ['b', 'succeeded', []],
  ];

  it('given a whole deadline of silence, then it is said, with what it waits for', () => {
    expect(stalls(open, {}, lateMs - 1)).toEqual([]);
    expect(stalls(open, {}, lateMs)).toEqual([
      { type: 'run.stalled', data: { waiting_for: ['a'], sweeps: 1 } },
    ]);
  });

  it('given it has been said, then it is not said again until something happens', () => {
    const saidAt = iso(lateMs);
    const said = { stalls: 1, stalledAt: saidAt };
    expect(stalls(open, { lastEventAt: saidAt, run: said }, lateMs + 10 * tuning.runDeadlineMs)).toEqual([]);
    const heardAt = iso(lateMs + 1);
    const later = stalls(open, { lastEventAt: heardAt, run: said }, lateMs + 1 + tuning.runDeadlineMs);
    expect(later).toEqual([{ type: 'run.stalled', data: { waiting_for: ['a'], sweeps: 2 } }]);
  });

  it('given an ordinary wake-up, then silence is not spoken of', () => {
    expect(stalls(open, { sweep: false }, lateMs)).toEqual([]);
  });

  it('given a thousand operations are open, then the event names some and stays small', () => {
    const rows = Array.from({ length: 1_000 }, (_, at): Row => [`operation-${at}`, 'started', []]);
    const [event] = stalls(rows, {}, lateMs);
    expect(JSON.stringify(event).length).toBeLessThan(8_192);
  });
});

describe('a plan of a thousand operations', () => {
  const chain = (phase: 'failed' | 'succeeded', turned: boolean) => {
    const rows = Array.from(
      { length: 1_000 },
      (_, at): Row => [`o${at}`, at === 0 ? phase : 'planned', at === 0 ? [] : [`o${at - 1}`]],
    );
    return turned ? rows.reverse() : rows;
  };

  it.each([
    ['in order', false],
    ['in the worst order', true],
  ])(
    'given a chain %s whose first has failed, then all of it is skipped and the run ends in well under a second',
    (_what, turned) => {
      const view = viewOf(chain('failed', turned), { sweep: true });
      const startedAt = performance.now();
      const { streams } = decideRun(view, lateMs, tuning);
      expect(performance.now() - startedAt).toBeLessThan(700);
      expect(streams).toHaveLength(1_000);
      expect(streams.at(-1)?.events[0]).toMatchObject({
        type: 'run.completed',
        data: { failed: 1, skipped: 999 },
      });
    },
  );
});

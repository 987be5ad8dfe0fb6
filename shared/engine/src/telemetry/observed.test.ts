import { InputError } from '@marketops/contracts';
import { type Appended, type Appender, type AppendRequest, StoreError } from '@marketops/store';
import { describe, expect, it } from 'vitest';
import { HoldError, ThrottledError } from '../errors.js';
import { incomingJob } from '../testing/engine.js';
import { openTestEngine } from '../testing/index.js';
import { outcomeOf } from './job-outcome.js';
import { observedAppender } from './observed-appender.js';
import { observedHandler } from './observed-handler.js';
import { openPrometheus } from './prometheus.js';
import { telemetryOff } from './telemetry.js';
import { type TracedJob, type Tracing, tracingOff } from './tracing.js';

const runId = `run_${'k'.repeat(26)}`;
const queue = '{runs}';
const input = new InputError('request_malformed', 'x', { next: 'y' });

describe('what became of a job', () => {
  const last = { lastAttempt: true, throttles: true };
  const first = { lastAttempt: false, throttles: true };
  it.each([
    ['refused', input, last],
    ['held', new HoldError('not now', 5), last],
    ['throttled', new ThrottledError('slowly', 5), last],
    ['held', new ThrottledError('slowly', 5), { ...last, throttles: false }],
    ['unexpected', new Error('a defect'), first],
    ['dead', new Error('a defect'), last],
    ['unexpected', 'a text', first],
  ] as const)('is %s, given %s', (outcome, fault, about) => expect(outcomeOf(fault, about)).toBe(outcome));

  it('is retried, given what may pass, and dead after the last attempt', () => {
    const fault = new StoreError('store_unavailable', 'away', { next: 'wait', retry: 'transient' });
    expect([outcomeOf(fault, first), outcomeOf(fault, last)]).toEqual(['retried', 'dead']);
  });
});

/** Notes what is handled, and handles it. */
const noting =
  (traced: TracedJob[]): Tracing['handling'] =>
  (job, handle) => {
    traced.push(job);
    return handle();
  };

describe('an observed handler', () => {
  const observed = (process: () => Promise<void>, traced: TracedJob[] = []) => {
    const metrics = openPrometheus('planner');
    const tracing: Tracing = { ...tracingOff, handling: noting(traced) };
    return { metrics, handler: observedHandler(process, { metrics, tracing }, { queue, throttles: false }) };
  };

  it('given a job, then it is handled in a span of its run and counted', async () => {
    const traced: TracedJob[] = [];
    const { metrics, handler } = observed(() => Promise.resolve(), traced);
    await handler(
      incomingJob({ id: 'a', name: 'x', attempt: 2, data: { run_id: runId, operation_id: 'tag' } }),
    );
    expect(traced).toEqual([{ id: 'a', name: 'x', queue, attempt: 2, runId, operationId: 'tag' }]);
    expect((await metrics.scrape()).text).toContain(
      'marketops_jobs_total{queue="{runs}",outcome="done",service="planner"} 1',
    );
  });

  it('given a fault, then it is thrown on as it is, and counted by what becomes of the job', async () => {
    const { metrics, handler } = observed(() => Promise.reject(input));
    await expect(handler(incomingJob())).rejects.toBe(input);
    expect((await metrics.scrape()).text).toContain('outcome="refused",service="planner"} 1');
  });

  it('given a look for the run’s id that fails, then the job is handled all the same', async () => {
    const traced: TracedJob[] = [];
    const metrics = openPrometheus('planner');
    const tracing: Tracing = { ...tracingOff, handling: noting(traced) };
    const runIdOf = (): never => {
      throw new Error('odd data');
    };
    const handler = observedHandler(
      () => Promise.resolve(),
      { metrics, tracing },
      { queue, throttles: false, runIdOf },
    );
    await handler(incomingJob());
    expect(traced).toHaveLength(1);
  });

  it('given nobody who watches, then it is the very handler', () => {
    const process = () => Promise.resolve();
    expect(observedHandler(process, telemetryOff, { queue, throttles: false })).toBe(process);
  });
});

describe('an observed appender', () => {
  const failing = (fault: unknown): Appender => ({ append: () => Promise.reject(fault) });

  it('given appends, then their events are counted by type and by what they say', async () => {
    const engine = await openTestEngine({ actor: 'planner' });
    const metrics = openPrometheus('planner');
    const told: string[][] = [];
    const tracing: Tracing = {
      ...tracingOff,
      appended: (events) => void told.push(events.map(({ type }) => type)),
    };
    const appender = observedAppender(engine.appender, { metrics, tracing });
    const status = 'completed' as const;
    const data = { status, succeeded: 1, failed: 0, blocked: 0, skipped: 0, uncertain: 0 };
    await appender.append({
      context: { tenantId: 'acme', runId, mode: 'prod', causationId: null, correlationId: null },
      streams: [{ stream: `run/${runId}`, afterSeq: 0, events: [{ type: 'run.completed', data }] }],
    });
    engine.close();
    const { text } = await metrics.scrape();
    expect(text).toContain('marketops_events_appended_total{type="run.completed",service="planner"} 1');
    expect(text).toContain('marketops_runs_total{status="completed",service="planner"} 1');
    expect(text).toContain('marketops_append_duration_seconds_count{service="planner",outcome="appended"} 1');
    expect(told).toEqual([['run.completed']]);
  });

  it.each([
    [new StoreError('append_conflict', 'x', { next: 'y' }), 'append_conflict', 1],
    [new StoreError('frozen', 'x', { next: 'y' }), 'frozen', 0],
    [new Error('a defect'), 'failed', 0],
  ])('given %s, then it is thrown on and measured as %s', async (fault, outcome, conflicts) => {
    const metrics = openPrometheus('planner');
    const appender = observedAppender(failing(fault), { metrics, tracing: tracingOff });
    await expect(appender.append({} as AppendRequest)).rejects.toBe(fault);
    const { text } = await metrics.scrape();
    expect(text).toContain(
      `marketops_append_duration_seconds_count{service="planner",outcome="${outcome}"} 1`,
    );
    expect(text).toContain(`marketops_append_conflicts_total{service="planner"} ${conflicts}`);
  });

  it('given nobody who watches, then it is the very appender', () => {
    const appender = { append: () => Promise.resolve({} as Appended) };
    expect(observedAppender(appender, telemetryOff)).toBe(appender);
  });
});

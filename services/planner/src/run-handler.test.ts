import { operationStream, runStream } from '@marketops/contracts';
import { incomingJob } from '@marketops/engine/testing';
import { partitionOf } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sayEnd } from './testing/end.js';
import { type Harness, openHarness, releaseRequest, runIdOf, tagRequest } from './testing/harness.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
});
afterEach(() => its.engine.close());

const runId = runIdOf('k1');
const execution = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const types = async (stream: string) => (await its.engine.events(stream)).map(({ type }) => type);
const end = (id: string, type: 'operation.succeeded' | 'operation.failed') => sayEnd(its, runId, id, type);
const releasedNow = () =>
  its.engine.jobs
    .splice(0)
    .flatMap(({ queue, data }) => (queue === '{authorizations}' ? data['operation_ids'] : []));

describe('a run', () => {
  it('given each operation succeeds in turn, then each success releases the next, and the last completes the run', async () => {
    await its.plan(releaseRequest());
    expect(releasedNow()).toEqual(['tag']);
    for (const [done, next] of [
      ['tag', ['release']],
      ['release', ['pr']],
      ['pr', []],
    ] as const) {
      await end(done, 'operation.succeeded');
      await its.look(runId);
      expect(releasedNow()).toEqual(next);
    }
    expect((await its.run(runId)).completed?.data).toMatchObject({ status: 'completed', succeeded: 3 });
  });

  it('given one fails, then what waits for it is skipped and the run ends, in one look', async () => {
    await its.plan(releaseRequest());
    await end('tag', 'operation.failed');
    await its.look(runId);
    expect((await its.operation(runId, 'pr')).skipped?.data.reason.code).toBe('dependency_failed');
    expect((await its.run(runId)).completed?.data).toMatchObject({ status: 'failed', failed: 1, skipped: 2 });
  });

  it('E2: given ten looks at once, then the run is completed once', async () => {
    await its.plan(releaseRequest());
    await end('tag', 'operation.failed');
    await Promise.all(Array.from({ length: 10 }, () => its.look(runId)));
    await its.look(runId, true);
    expect(await types(runStream(runId))).toEqual(['plan.requested', 'plan.generated', 'run.completed']);
    expect(await types(operationStream(runId, 'pr'))).toEqual(['operation.planned', 'operation.skipped']);
  });

  it('given it has ended, then the sweeper never looks at it again', async () => {
    await its.plan(tagRequest());
    await end('tag', 'operation.succeeded');
    await its.look(runId);
    its.engine.clock.step(10 * its.engine.loaded.tuning.runDeadlineMs);
    expect(await its.engine.tasks.get('sweeper')?.()).toBe(0);
  });

  it('given silence for a deadline, then a sweep says so once, and asks federation again each time', async () => {
    await its.plan(tagRequest());
    for (let sweeps = 0; sweeps < 3; sweeps += 1) {
      its.engine.clock.step(its.engine.loaded.tuning.runDeadlineMs);
      await its.look(runId, true);
    }
    expect((await types(runStream(runId))).filter((type) => type === 'run.stalled')).toHaveLength(1);
    expect(releasedNow()).toEqual(['tag', 'tag', 'tag', 'tag']);
  });

  it('given a plan too large for its event, then it is read from its blob', async () => {
    const operations = Array.from({ length: 60 }, (_, at) => ({
      id: `t${at}`,
      kind: 'tag_repo',
      tag_name: `v${at}`,
    }));
    await its.plan(tagRequest({ operations }));
    expect((await its.run(runId)).planned?.data.plan).toHaveProperty('blob');
    await its.cancel({ run_id: runId, reason: 'enough' });
    await its.look(runId);
    expect((await its.run(runId)).completed?.data).toMatchObject({ status: 'cancelled', skipped: 60 });
  });

  it('E3: given somebody who may not says that it succeeded, then nothing is released on that word', async () => {
    await its.plan(releaseRequest());
    releasedNow();
    await expect(
      its.engine.say('federation', operationStream(runId, 'tag'), 1, [
        {
          type: 'operation.skipped',
          data: { operation_id: 'tag', reason: { code: 'x', message: 'x', remedy: 'x' } },
        },
      ]),
    ).rejects.toMatchObject({ code: 'invariant_violated' });
    const value = '{}\n{"type":"operation.succeeded"}';
    const segments = [{ stream: operationStream(runId, 'tag'), firstSeq: 2, lastSeq: 2, value }];
    await its.engine.store.append([
      { partition: partitionOf(runStream(runId)), epoch: 1, scopes: [], segments },
    ]);
    await expect(its.look(runId)).rejects.toMatchObject({ code: 'stream_suspect', retry: 'hold' });
    expect(releasedNow()).toEqual([]);
  });
});

describe('a wake-up', () => {
  it.each([
    ['of no run', {}],
    ['of what is no run id', { run_id: '../system' }],
    ['with more than it may say', { run_id: runId, phase: 'completed' }],
    ['without data', undefined],
    ['that is a text', 'run'],
  ])('given one %s, then it is refused for good', async (_what, data) => {
    const work = its.engine.workers.get('{runs}');
    await expect(work?.(incomingJob({ data }))).rejects.toMatchObject({
      code: 'request_malformed',
      retry: 'terminal',
    });
  });

  it('given a run nobody asked for, then nothing happens', async () => {
    await its.look(runIdOf('unknown'));
    await its.look(runIdOf('unknown'), true);
    expect([its.engine.jobs, await types(runStream(runIdOf('unknown')))]).toEqual([[], []]);
  });
});

describe('a cancel', () => {
  it('given a run in flight, then what has not started is skipped, and the run ends when the rest has', async () => {
    await its.plan(releaseRequest());
    const { lastSeq } = await its.operation(runId, 'tag');
    await its.engine.say('publisher', operationStream(runId, 'tag'), lastSeq, [
      {
        type: 'operation.started',
        data: {
          operation_id: 'tag',
          receipt_id: `rcp_${execution}`,
          execution_id: execution,
          lease_until: '2026-01-31T12:00:30.000Z',
        },
      },
    ]);
    await its.cancel({ run_id: runId, reason: 'wrong commit' });
    await its.look(runId);
    expect((await its.run(runId)).status).toBe('planned');
    expect((await its.operation(runId, 'release')).skipped?.data.reason.message).toContain('wrong commit');
    await end('tag', 'operation.succeeded');
    await its.look(runId);
    expect((await its.run(runId)).completed?.data).toMatchObject({
      status: 'partial',
      succeeded: 1,
      skipped: 2,
    });
  });

  it('E2: given it comes twice, or when all is over, then it is said once, and the run is looked at', async () => {
    await its.plan(tagRequest());
    its.engine.jobs.splice(0);
    for (let time = 0; time < 2; time += 1) await its.cancel({ run_id: runId, reason: 'enough' });
    await its.look(runId);
    await its.cancel({ run_id: runId, reason: 'again' });
    expect(await types(runStream(runId))).toEqual([
      'plan.requested',
      'plan.generated',
      'run.cancel_requested',
      'run.completed',
    ]);
    expect(its.engine.jobs).toHaveLength(3);
  });

  it.each([
    ['another principal', () => its.cancel({ run_id: runId, reason: 'x' }, 'intern')],
    ['its principal, of a run there is not', () => its.cancel({ run_id: runIdOf('unknown'), reason: 'x' })],
  ])('given it comes from %s, then it is refused', async (_what, cancel) => {
    await its.plan(tagRequest());
    await expect(cancel()).rejects.toMatchObject({ code: 'principal_not_allowed' });
    expect((await its.run(runId)).cancelRequested).toBeUndefined();
  });

  it.each([
    {},
    { run_id: runId },
    { run_id: runId, reason: '' },
    { run_id: runId, reason: '\u202e' },
    { run_id: 'run_x', reason: 'x' },
  ])('given it is %j, then it is refused', async (data) => {
    await expect(its.cancel(data)).rejects.toMatchObject({ code: 'request_malformed' });
  });

  it('D4: given a dry run is cancelled, then it still ends by its advisories, and nothing ships', async () => {
    await its.plan(tagRequest({ mode: 'dry_run' }));
    await its.cancel({ run_id: runId, reason: 'enough' });
    await its.look(runId);
    expect(await types(operationStream(runId, 'tag'))).toEqual(['operation.planned', 'operation.blocked']);
    expect((await its.run(runId)).completed).toBeUndefined();
  });
});

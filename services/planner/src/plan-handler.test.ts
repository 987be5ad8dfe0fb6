import { Fault, operationStream, runStream } from '@marketops/contracts';
import { HoldError } from '@marketops/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness, releaseRequest, runIdOf, tagRequest } from './testing/harness.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
});
afterEach(() => its.engine.close());

const runId = runIdOf('k1');
const types = async (stream: string) => (await its.engine.events(stream)).map(({ type }) => type);
const queued = () => its.engine.jobs.map(({ queue, jobId }) => [queue, jobId ?? '']);
const away = () => new Fault('timeout', 'GitHub did not answer', { next: '', retry: 'transient' });

describe('a plan in prod', () => {
  it('given a good request, then request and plan stand, and what waits for nobody goes to federation', async () => {
    await its.plan(releaseRequest());
    expect(await types(runStream(runId))).toEqual(['plan.requested', 'plan.generated']);
    expect(await types(operationStream(runId, 'release'))).toEqual(['operation.planned']);
    expect(its.engine.jobs).toMatchObject([
      {
        queue: '{authorizations}',
        jobId: `${runId}.planned-0`,
        data: { run_id: runId, operation_ids: ['tag'] },
      },
    ]);
  });

  it('given nothing can ship, then the planner looks again, to end the run', async () => {
    await its.plan(
      tagRequest({ operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v1.0.0', target: 'main' }] }),
    );
    expect(await types(operationStream(runId, 'tag'))).toEqual(['operation.planned', 'operation.skipped']);
    expect(queued()).toEqual([['{runs}', '']]);
  });

  it('given any run, then it has a deadline from the start', async () => {
    await its.plan(tagRequest());
    const { runDeadlineMs } = its.engine.loaded.tuning;
    const sweep = its.engine.tasks.get('sweeper');
    its.engine.clock.step(runDeadlineMs - 1);
    expect(await sweep?.()).toBe(0);
    its.engine.clock.step(1);
    expect(await sweep?.()).toBe(1);
  });
});

describe('a dry run', () => {
  it('D1, D5: given a request, then every operation is blocked, says why, and is answered by federation at once', async () => {
    await its.plan(releaseRequest({ mode: 'dry_run' }));
    for (const id of ['tag', 'release', 'pr']) {
      const { planned, blocked } = await its.operation(runId, id);
      expect(planned?.data.blocked_by_mode).toBe(true);
      expect(blocked?.data.reason.code).toBe('blocked_by_mode');
      expect(blocked?.mode).toBe('dry_run');
    }
    expect(its.engine.jobs).toMatchObject([{ data: { operation_ids: ['tag', 'release', 'pr'] } }]);
  });

  it('D4: given a dry run, then the same key cannot be used to ship it', async () => {
    await its.plan(tagRequest({ mode: 'dry_run' }));
    await expect(its.plan(tagRequest({ mode: 'prod' }))).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
    expect((await its.run(runId)).mode).toBe('dry_run');
  });
});

describe('the same request again', () => {
  it('E2: given it comes twice, then there is one run, and what followed from it is enqueued again', async () => {
    await its.plan(tagRequest());
    await its.plan(tagRequest());
    expect(await types(runStream(runId))).toEqual(['plan.requested', 'plan.generated']);
    expect(queued().slice(1)).toEqual([
      ['{authorizations}', `${runId}.planned`],
      ['{runs}', ''],
    ]);
  });

  it('E2: given it comes ten times at once, then there is one run', async () => {
    await Promise.all(Array.from({ length: 10 }, () => its.plan(tagRequest())));
    expect(await types(runStream(runId))).toEqual(['plan.requested', 'plan.generated']);
    expect(await types(operationStream(runId, 'tag'))).toEqual(['operation.planned']);
  });

  it('given the same key for something else, then it is a conflict and changes nothing', async () => {
    await its.plan(tagRequest());
    await expect(its.plan(releaseRequest())).rejects.toMatchObject({
      code: 'idempotency_conflict',
      retry: 'terminal',
    });
    expect(await types(operationStream(runId, 'release'))).toEqual([]);
  });

  it('given the same key of another principal, then it is another run', async () => {
    await its.plan(tagRequest({ mode: 'dry_run' }));
    await its.plan(tagRequest({ mode: 'dry_run' }), {}, 'intern');
    expect((await its.run(runIdOf('k1', 'intern'))).requested?.data.principal).toBe('intern');
  });

  it('given two jobs with running numbers, then they are two runs', async () => {
    const { idempotency_key: _, ...bare } = tagRequest({
      operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v2' }],
    });
    await its.plan(bare, { id: '1' });
    await its.plan(bare, { id: '2' });
    const planned = its.engine.jobs.filter(({ queue }) => queue === '{authorizations}');
    expect(new Set(planned.map(({ data }) => data['run_id'])).size).toBe(2);
  });
});

describe('a request that cannot be planned', () => {
  it('given it is wrong, then its refusal is an event, with its faults, and the job fails', async () => {
    await expect(its.plan(tagRequest({ mode: 'PROD' }))).rejects.toMatchObject({ code: 'mode_invalid' });
    const run = await its.run(runId);
    expect(run).toMatchObject({ status: 'rejected', tenantId: 'acme', mode: 'dry_run' });
    expect(run.rejected?.data).toMatchObject({ code: 'mode_invalid', faults: [{ path: 'mode' }] });
    expect(its.engine.jobs).toEqual([]);
  });

  it('E2: given it comes again, then it is refused again and recorded once', async () => {
    for (let time = 0; time < 2; time += 1) {
      await expect(its.plan(tagRequest({ surprise: 1 }))).rejects.toMatchObject({ code: 'request_invalid' });
    }
    expect(await types(runStream(runId))).toEqual(['plan.rejected']);
  });

  it('given it is corrected under the same key, then it is not passed over in silence', async () => {
    await expect(its.plan(tagRequest({ surprise: 1 }))).rejects.toMatchObject({ code: 'request_invalid' });
    await expect(its.plan(tagRequest())).rejects.toMatchObject({ code: 'idempotency_conflict' });
    expect(await types(runStream(runId))).toEqual(['plan.rejected']);
  });

  it.each([
    ['unknown keys no canonical form has', { '\ud800': 1 }],
    [
      'twenty unknown keys as long as they come',
      Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${at}${'\u0001'.repeat(3_000)}`, 1])),
    ],
  ])('given %s, then its refusal still stands and can be read', async (_what, extra) => {
    await expect(its.plan(tagRequest(extra))).rejects.toMatchObject({ code: 'request_invalid' });
    expect((await its.run(runId)).status).toBe('rejected');
    expect(its.engine.suspects).toEqual([]);
  });

  it('given a job of another name, then it is refused', async () => {
    await expect(its.plan(tagRequest(), { name: 'constructor' })).rejects.toMatchObject({
      code: 'request_malformed',
    });
  });
});

describe('GitHub is away', () => {
  it('given the first attempt, then the request alone is recorded, and the next attempt plans it', async () => {
    its.world.faults.push(away());
    await expect(its.plan(tagRequest())).rejects.toMatchObject({ retry: 'transient' });
    expect(await types(runStream(runId))).toEqual(['plan.requested']);
    await its.plan(tagRequest(), { attempt: 2 });
    expect(await types(runStream(runId))).toEqual(['plan.requested', 'plan.generated']);
  });

  it('given it never comes back, then the sweeper brings the request again, and it is the same run', async () => {
    its.world.faults.push(away());
    await expect(its.plan(releaseRequest())).rejects.toMatchObject({ retry: 'transient' });
    await its.look(runId, true);
    const [again] = its.engine.jobs;
    expect(again).toMatchObject({ queue: '{plans-ci}', name: 'plan.requested' });
    await its.plan(again?.data, { id: again?.jobId ?? '' });
    expect((await its.run(runId)).status).toBe('planned');
  });

  it('given it only throttles, then the job is held as often as it takes, and the run can be seen meanwhile', async () => {
    for (let times = 0; times < 2; times += 1) {
      its.world.faults.push(new HoldError('wait', 1_000));
      await expect(its.plan(tagRequest())).rejects.toMatchObject({ retry: 'hold' });
      expect(await types(runStream(runId))).toEqual(['plan.requested']);
    }
    await its.plan(tagRequest());
    expect(await types(runStream(runId))).toEqual(['plan.requested', 'plan.generated']);
  });

  it('D5: given an answer that will stay the same, then the plan is rejected, and that is an event', async () => {
    its.world.faults.push(new Fault('forbidden', 'forbidden', { next: 'Grant the permission.' }));
    await its.plan(tagRequest());
    expect((await its.run(runId)).rejected?.data.code).toBe('discovery_failed');
  });

  it('given notes of more ranges of commits than one plan may compare, then the plan is rejected with the places', async () => {
    const operations = Array.from({ length: 1_000 }, (_, at) => ({
      ...{ id: `r${at}`, kind: 'publish_release', tag_name: `n${at}`, release_name: 'R' },
      ...{ generate_notes: true, previous_tag_name: `p${at}` },
    }));
    await its.plan(tagRequest({ operations }));
    const { rejected } = await its.run(runId);
    expect(rejected?.data).toMatchObject({ code: 'request_invalid' });
    expect(rejected?.data.faults[0]).toMatchObject({ path: 'operations[10].generate_notes' });
    expect(its.world.asked.filter((question) => question.startsWith('changes '))).toEqual([]);
  });

  it('given a cancel meanwhile, then the plan still stands and the run is told to end', async () => {
    its.world.faults.push(away());
    await expect(its.plan(tagRequest())).rejects.toMatchObject({ retry: 'transient' });
    await its.cancel({ run_id: runId, reason: 'never mind' });
    its.engine.jobs.splice(0);
    await its.plan(tagRequest(), { attempt: 2 });
    expect(queued()).toContainEqual(['{runs}', '']);
    await its.look(runId);
    expect((await its.run(runId)).completed?.data).toMatchObject({ status: 'cancelled', skipped: 1 });
  });
});

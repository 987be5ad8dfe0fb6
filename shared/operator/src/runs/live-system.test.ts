import { runStream, systemStream } from '@marketops/contracts';
import { jobNames, queueNames } from '@marketops/engine';
import { commandBy, testAudience } from '@marketops/engine/testing';
import { nodeCrypto } from '@marketops/proof/node';
import { connectRedis } from '@marketops/store';
import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApprovals } from '../approvals/open-approvals.js';
import { deadLetters } from '../dead-letters/dead-letters.js';
import { freezeScope } from '../freezes/freeze.js';
import { orderRevocation } from '../receipts/order-revocation.js';
import { type LiveSystem, liveSystem } from '../testing/live-system.js';
import { cancelRun } from './cancel-run.js';
import { liveOf } from './runs.js';

let the: LiveSystem;
beforeAll(async () => {
  the = await liveSystem();
});
afterAll(() => the.close());

const runIdOf = (letter: string) => `run_${letter.repeat(26)}`;
const now = () => ({ keyring: the.engine.keyring, audience: testAudience, nowIso: new Date().toISOString() });
const waitingIn = (queue: string) => liveOf(the.runs).queue(queue).getWaiting();

describe('cancelRun', () => {
  it('given a run that is under way, then a job asks for it in the name of whoever asked for the run, each time anew', async () => {
    const runId = runIdOf('a');
    await the.plannedRun(runId);
    for (let times = 0; times < 2; times += 1)
      expect(await cancelRun(the.runs, runId, { reason: 'never mind' })).toEqual({
        ...{ cancel: 'requested', principal: 'ci' },
      });
    const jobs = await waitingIn(queueNames.plans('ci'));
    expect(jobs.map(({ name, data }) => ({ name, data }))).toEqual(
      Array(2).fill({ name: jobNames.runCancel, data: { run_id: runId, reason: 'never mind' } }),
    );
    await liveOf(the.runs).queue(queueNames.plans('ci')).obliterate();
  });

  it('given another principal, then it is theirs to ask, and their queue', async () => {
    const runId = runIdOf('b');
    await the.plannedRun(runId);
    await cancelRun(the.runs, runId, { principal: 'ops', reason: 'stop' });
    expect(await waitingIn(queueNames.plans('ops'))).toHaveLength(1);
    expect(await waitingIn(queueNames.plans('ci'))).toHaveLength(0);
  });

  it('given it has ended, then it is too late, and nothing is asked; given none, then it is told', async () => {
    const runId = runIdOf('c');
    await the.plannedRun(runId);
    const counts = { succeeded: 0, failed: 1, blocked: 0, skipped: 0, uncertain: 0 };
    await the.say('planner', runStream(runId), 2, [
      { type: 'run.completed', data: { status: 'failed', ...counts } },
    ]);
    expect(await cancelRun(the.runs, runId, { reason: 'late' })).toEqual({
      cancel: 'too_late',
      outcome: 'failed',
    });
    expect(await waitingIn(queueNames.plans('ci'))).toHaveLength(0);
    await expect(cancelRun(the.runs, runIdOf('z'), { reason: 'x' })).rejects.toMatchObject({
      code: 'run_not_found',
    });
  });
});

describe('openApprovals', () => {
  it('given a run that asks people, and runs that do not, then it is the one that waits', async () => {
    const [asks, quiet] = [runIdOf('d'), runIdOf('e')];
    const plan_digest = await the.plannedRun(asks);
    await the.plannedRun(quiet);
    await the.say('federation', runStream(asks), 2, [
      {
        type: 'approval.requested',
        data: {
          ...{ request_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', plan_digest, operation_ids: ['tag'] },
          needs: [{ policy_id: 'two-people', approvals: 2, group: null }],
          reasons: [{ code: 'policy_forbids', message: 'Two people.', remedy: 'Have it approved.' }],
          expires_at: new Date(Date.now() + 60_000).toISOString(),
        },
      },
    ]);
    const { waiting, unlookedAt } = await openApprovals(the.runs, now());
    expect(waiting.map(({ record }) => record.runId)).toEqual([asks]);
    expect(waiting[0]?.requests[0]).toMatchObject({ standing: 'open', needs: [{ approvals: 2, have: 0 }] });
    expect(unlookedAt).toBe(0);
  });
});

describe('orderRevocation', () => {
  it('given a signed order, then federation finds it in its queue, once, with the attempts of a service', async () => {
    const receipt = { run_id: runIdOf('a'), operation_id: 'tag', receipt_id: `rcp_${'0'.repeat(26)}` };
    const { keys, loaded, clock } = the.engine;
    const command = commandBy(keys, 'alice', { kind: 'revoke_receipt', ...receipt }, clock.nowMs());
    const live = liveOf(the.runs);
    for (let times = 0; times < 2; times += 1) await orderRevocation(loaded, live, command);
    const counts = await live.queue(queueNames.authorizations).getJobCounts();
    const [job] = await live.queue(queueNames.authorizations).getJobs();
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(1);
    expect(job?.opts.attempts).toBe(loaded.tuning.attempts);
    expect(JSON.stringify(job?.data)).toContain(command.command_id);
  });
});

describe('deadLetters', () => {
  it('given a stalled run and a job that failed before it was one, then both are told, with what helps', async () => {
    const runId = runIdOf('f');
    await the.plannedRun(runId);
    const [stalled] = await the.say('planner', runStream(runId), 2, [
      { type: 'run.stalled', data: { waiting_for: ['tag'], sweeps: 3 } },
    ]);
    const queue = queueNames.plans('ci');
    const job = await liveOf(the.runs).queue(queue).add('plan.requested', {}, { attempts: 1, jobId: 'bad' });
    const connection = connectRedis(the.env['REDIS_URL'] ?? '');
    const worker = new Worker(queue, () => Promise.reject(new Error('request_invalid: it has faults')), {
      connection,
    });
    await new Promise((done) => worker.once('failed', done));
    await worker.close();
    connection.disconnect();
    const { letters, next } = await deadLetters(the.engine.loaded, the.runs, { limit: 10, after: undefined });
    expect(letters).toMatchObject([
      {
        kind: 'run',
        subject: runId,
        state: 'stalled',
        since: stalled?.time,
        help: `marketops timeline ${runId}`,
      },
      {
        kind: 'job',
        subject: `${queue} ${job.id}`,
        why: { code: 'request_invalid', message: 'it has faults' },
      },
    ]);
    expect(next).toBeUndefined();
  });
});

describe('freezeScope', () => {
  it('F3: given an order that nobody signed for it, then nothing is frozen and nothing carried', async () => {
    const { keys, clock } = the.engine;
    const live = liveOf(the.runs);
    const trust = { crypto: nodeCrypto, keyring: keys.keyring, audience: testAudience };
    const carried: unknown[] = [];
    const carrier = {
      trust,
      carry: (cargo: unknown) => Promise.reject(new RangeError(`carried ${String(carried.push(cargo))}`)),
      untilAcknowledged: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const other = commandBy(keys, 'alice', { kind: 'freeze', scopes: ['tenant:acme'] }, clock.nowMs());
    const altered = {
      ...commandBy(keys, 'alice', { kind: 'freeze', scopes: ['all'] }, clock.nowMs()),
      reason: 'x',
    };
    for (const command of [other, altered]) {
      const operator = { principal: 'alice', order: () => command };
      await expect(freezeScope({ scope: 'all', live, carrier, operator })).rejects.toMatchObject({
        code: 'signature_refused',
      });
    }
    expect(carried).toEqual([]);
    expect(await the.engine.events(systemStream)).toEqual([]);
    expect((await live.store.readControl([0]))[0]?.frozen.size).toBe(0);
  });
});

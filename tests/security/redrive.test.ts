import { type EventOf, operationStream, runStream } from '@marketops/contracts';
import { queueNames, runJob } from '@marketops/engine';
import { connectRedis, streamKey } from '@marketops/store';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { cutBack, wordOn } from '../support/cut-back.js';
import { release } from '../support/requests.js';
import { allReleases, armFault } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

/** Whoever can write Redis, and holds no key, tries to have something tried again that nobody ordered. */
describe('redrives that nobody ordered', { timeout: 120_000 }, () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;
  let redis: Redis;
  beforeAll(async () => {
    // The sweeper wakes nobody here: only what a test asks for is looked at.
    the = await temporarySystem({ config: { timing: { run_deadline_ms: 3_600_000 } } });
    redis = connectRedis(the.system.redisUrl);
    marketops = commandsOf(the.system);
    expect((await marketops('approver', 'add', 'alice')).code).toBe(0);
  });
  afterAll(async () => {
    redis.disconnect();
    await the.close();
  });

  const failNext = () =>
    armFault(the.system.url, {
      kind: 'redirect_307',
      method: 'POST',
      location: `${the.system.url}/elsewhere`,
    });
  async function failedRun(tag: string): Promise<string> {
    const { client } = the;
    await failNext();
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release(tag)] }]);
    await client.ended([runId]);
    expect((await client.operation(runId, 'release')).phase).toBe('failed');
    return runId;
  }
  const shipped = async (tag: string) =>
    (await allReleases(the.system.url)).filter(({ tag_name: name }) => name === tag);
  const lastSeq = async (stream: string) => (await the.client.store.lastSeqs([stream]))[0] ?? 0;
  /** The ledger's word on the stream's event at this seq. */
  const wordAt = async (stream: string, seq: number): Promise<string> => {
    let word: string | null = null;
    await the.client.until(`a word on ${stream} at ${seq}`, async () => {
      word = await wordOn(redis, stream);
      return (JSON.parse(word ?? '{}') as { seq?: number }).seq === seq;
    });
    return word ?? '';
  };
  const wake = (runId: string) => {
    const { queue, name, data } = runJob(runId);
    return the.client.forge(queue, name, data, { jobId: `wake-${runId}` });
  };
  /** The jobs that wake the planner. */
  const wakings = async () => {
    const queue = new Queue(queueNames.runs, { connection: redis });
    const jobs = await queue.getJobs(['waiting', 'active', 'delayed', 'prioritized']);
    return jobs.map(({ id }) => id).sort();
  };
  const quarantined = (stream: string) => async () =>
    (await the.client.systemEvents()).some(
      (event) => event.type === 'stream.quarantined' && event.data.stream === stream,
    );

  it('E3: given an order of another run pasted behind the end of one that failed, then nothing is tried again, and it shows', async () => {
    const { client } = the;
    const [victim, other] = [await failedRun('v1.0.0'), await failedRun('v1.0.1')];
    expect((await marketops('redrive', other, '--reason', 'x', '--yes', '--wait')).code).toBe(0);
    const stream = runStream(victim);
    const before = await lastSeq(stream);
    const order = (await client.run(other)).redriveOrders[0];
    const [row] = await redis.xrange(streamKey(runStream(other)), `${order?.seq ?? 0}-0`, '+', 'COUNT', 1);
    await redis.xadd(streamKey(stream), `${before + 1}-0`, 'v', row?.[1][1] ?? '');
    await wake(victim);
    await client.until('the quarantine', quarantined(stream));
    expect((await client.operation(victim, 'release')).redrives).toBe(0);
    expect(await shipped('v1.0.0')).toEqual([]);
    expect(await shipped('v1.0.1')).toHaveLength(1);
  });

  it('R3, P4: given a run cut back to right behind an order that has been obeyed, then it is not obeyed again', async () => {
    const { client, system } = the;
    const runId = await failedRun('v1.1.0');
    await system.kill('planner');
    expect((await marketops('redrive', runId, '--reason', 'x', '--yes', '--no-wait')).code).toBe(0);
    const [stream, operation] = [runStream(runId), operationStream(runId, 'release')];
    const ordered = await lastSeq(stream);
    const word = await wordAt(stream, ordered);
    await failNext();
    await system.restart('planner');
    await client.until('its second end', async () => (await client.run(runId)).completed !== undefined);
    const failedAgain = await client.operation(runId, 'release');
    expect(failedAgain).toMatchObject({ phase: 'failed', redrives: 1, receipts: [{}, {}] });
    await wordAt(stream, await lastSeq(stream));

    // Every word left in the run's stream verifies, the ledger's old one too; its end is gone.
    await cutBack(redis, stream, ordered, word);
    await system.kill('planner');
    await system.restart('planner');
    await wake(runId);
    // The operation itself says that the order has been obeyed: the run ends again, where the ledger has another end.
    await client.until('the quarantine', quarantined(stream));
    expect(await client.operation(runId, 'release')).toEqual(failedAgain);
    expect(await shipped('v1.1.0')).toEqual([]);
    expect(await lastSeq(operation)).toBe(failedAgain.lastSeq);
  });

  it('R3, X1: given its operation is cut back as well, then what follows is never acknowledged, and nothing ships', async () => {
    const { client, system } = the;
    const runId = await failedRun('v1.2.0');
    const [stream, operation] = [runStream(runId), operationStream(runId, 'release')];
    const ended = await lastSeq(operation);
    const wordOnOperation = await wordAt(operation, ended);
    await system.kill('planner');
    expect((await marketops('redrive', runId, '--reason', 'x', '--yes', '--no-wait')).code).toBe(0);
    const ordered = await lastSeq(stream);
    const word = await wordAt(stream, ordered);
    await failNext();
    await system.restart('planner');
    await client.until('its second end', async () => (await client.run(runId)).completed !== undefined);
    await wordAt(operation, await lastSeq(operation));
    await system.kill('planner');
    await system.kill('federation');
    await system.kill('publisher');
    await cutBack(redis, stream, ordered, word);
    await cutBack(redis, operation, ended, wordOnOperation);
    for (const service of ['planner', 'federation', 'publisher'] as const) await system.restart(service);
    await wake(runId);
    await client.until('the quarantine', quarantined(operation));
    // A run that nobody touched goes the whole way through the same queues meanwhile.
    const [control = ''] = await client.submit([{ mode: 'prod', operations: [release('v1.2.1')] }]);
    await client.ended([control]);
    expect(await shipped('v1.2.1')).toHaveLength(1);
    expect(await shipped('v1.2.0')).toEqual([]);
    const { started } = await client.operation(runId, 'release');
    expect(started).toBeUndefined();
  });

  it('E3: given the order of somebody whose key is not listed any more, then it is refused before it is carried', async () => {
    const { client, system } = the;
    const runId = await failedRun('v1.3.0');
    expect((await marketops('approver', 'add', 'mallory')).code).toBe(0);
    expect((await marketops('approver', 'remove', 'mallory', '--reason', 'left')).code).toBe(0);
    const stream = runStream(runId);
    await system.kill('planner');
    const [before, jobs] = [await lastSeq(stream), await wakings()];
    const refused = await marketops('redrive', runId, '--reason', 'x', '--as', 'mallory', '--yes');
    expect(refused).toMatchObject({ code: 2, said: { error: { code: 'key_not_valid' } } });
    // Neither the order nor a job that would wake the planner for it, which would lie there now.
    expect(await lastSeq(stream)).toBe(before);
    expect(await wakings()).toEqual(jobs);
    await system.restart('planner');
    const orders: readonly EventOf<'run.redriven'>[] = (await client.run(runId)).redriveOrders;
    expect(orders).toEqual([]);
    expect(await shipped('v1.3.0')).toEqual([]);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runStream, systemStream } from '@marketops/contracts';
import { authorizationJob } from '@marketops/engine';
import { connectRedis, partitionCount, partitionTag } from '@marketops/store';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { cutBack, wordOn } from '../support/cut-back.js';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const onePerson = `@id("one-person") @reason("Somebody else has to agree.") @remedy("Have it approved.")
@approvals("1")
forbid (principal, action == Action::"publish_release", resource == Repository::"acme/widgets")
unless { context.approval_count >= 1 };
`;

/**
 * Whoever can write Redis can hide what was said: cut a stream back to before a denial or a freeze, and put back the ledger's
 * older word on it. Everything left there verifies.
 */
describe('what was said, cut away in Redis', () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;
  let redis: Redis;
  beforeAll(async () => {
    // The sweeper wakes nobody here: only what a test asks for is looked at.
    the = await temporarySystem({ config: { timing: { run_deadline_ms: 3_600_000 } } });
    redis = connectRedis(the.system.redisUrl);
    marketops = commandsOf(the.system);
    for (const name of ['alice', 'bob']) expect((await marketops('approver', 'add', name)).code).toBe(0);
  });
  afterAll(async () => {
    redis.disconnect();
    await the.close();
  });

  /** The ledger's word on the stream's event at this seq. */
  const wordAt = async (stream: string, seq: number): Promise<string> => {
    let word: string | null = null;
    await the.client.until(`a word on ${stream} at ${seq}`, async () => {
      word = await wordOn(redis, stream);
      return (JSON.parse(word ?? '{}') as { seq?: number }).seq === seq;
    });
    return word ?? '';
  };
  const lastSeq = async (stream: string): Promise<number> =>
    (await the.client.store.lastSeqs([stream]))[0] ?? 0;
  const shipped = async (tag: string): Promise<boolean> =>
    (await allReleases(the.system.url)).some(({ tag_name: name }) => name === tag);
  const wake = (runId: string, trigger: string) => {
    const job = authorizationJob(runId, trigger, ['release']);
    return the.client.forge(job.queue, job.name, job.data, { jobId: `${runId}.${trigger}` });
  };

  it('E3, F2: given a denial that was cut away, then nothing is minted on what is left, and without the cut it would have been', async () => {
    const { client, system } = the;
    const loaded = async () =>
      (await client.systemEvents()).filter(({ type }) => type === 'policy.loaded').length;
    const before = await loaded();
    await writeFile(join(system.dir, 'policies', 'one-person.cedar'), onePerson);
    await client.until('the policies', async () => (await loaded()) > before);

    const asked = async (tag: string) => {
      const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release(tag)] }]);
      await client.until('a request', async () => (await client.run(runId)).approvalRequests.length > 0);
      return runId;
    };
    const control = await asked('v1.0.0');
    expect((await marketops('approve', control, '--as', 'alice', '--yes')).code).toBe(0);
    await client.ended([control]);
    expect(await shipped('v1.0.0')).toBe(true);

    const attacked = await asked('v1.1.0');
    const stream = runStream(attacked);
    await system.kill('federation');
    expect((await marketops('approve', attacked, '--as', 'alice', '--yes')).code).toBe(0);
    const granted = await lastSeq(stream);
    const word = await wordAt(stream, granted);
    expect((await marketops('deny', attacked, '--as', 'bob', '--reason', 'wrong commit', '--yes')).code).toBe(
      0,
    );
    await wordAt(stream, granted + 1);
    await cutBack(redis, stream, granted, word);
    await system.restart('federation');
    await wake(attacked, 'attack');
    // It says what it rests on, and waits for a word that never comes: the ledger has something else there.
    await client.until('the ledger to notice', async () =>
      (await client.systemEvents()).some(
        (event) => event.type === 'stream.quarantined' && event.data.stream === stream,
      ),
    );
    expect((await client.operation(attacked, 'release')).receipts).toEqual([]);
    expect(await shipped('v1.1.0')).toBe(false);
  });

  it('O1: given a freeze that was cut out of system and the control keys, then services that start anew do nothing', async () => {
    const { client, system } = the;
    const before = await lastSeq(systemStream);
    const word = await wordAt(systemStream, before);
    expect((await marketops('freeze', '--reason', 'an incident', '--as', 'alice')).code).toBe(0);
    await system.kill('publisher');
    await system.kill('federation');
    await cutBack(redis, systemStream, before, word);
    for (let partition = 0; partition < partitionCount; partition += 1)
      await redis.hdel(`mo:${partitionTag(partition)}:ctl`, 'frozen:all');
    await system.restart('federation');
    await system.restart('publisher');
    const [runId = ''] = await client.submit([
      { mode: 'prod', repository: 'acme/website', operations: [release('v2.0.0')] },
    ]);
    await client.until('the plan', async () => (await client.run(runId)).planned !== undefined);
    const { id = '', queueName } = await wake(runId, 'again');
    await client.until(
      'a hold',
      async () => (await (await client.job(queueName, id))?.getState()) === 'delayed',
    );
    for (const service of ['federation', 'publisher'] as const)
      expect((await system.health(service))['system']).toBe('not vouched for');
    expect((await client.operation(runId, 'release')).receipts).toEqual([]);
    expect(await shipped('v2.0.0')).toBe(false);
  });
});

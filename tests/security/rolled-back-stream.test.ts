import { operationStream } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutBack } from '../support/cut-back.js';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const publications = queueNames.publications('acme');

/**
 * Whoever writes Redis can cut a stream back to where its receipt was still unused. The ledger's word for what stood
 * there must not vouch for what is appended next.
 */
describe('a stream cut back in Redis', () => {
  let the: TemporarySystem;
  beforeAll(async () => {
    the = await temporarySystem({
      config: { timing: { acknowledgement_wait_ms: 500, run_deadline_ms: 3_600_000 } },
    });
  });
  afterAll(() => the.close());

  const cutBackTo = async (stream: string, seq: number) => {
    const redis = connectRedis(the.system.redisUrl);
    await cutBack(redis, stream, seq);
    redis.disconnect();
  };

  /** The gate waits for a word that never comes, and says so; or it was taken in. */
  const heldOrDone = (runId: string) =>
    the.client.until('a hold or an outcome', async () => {
      const { holds, outcome } = await the.client.operation(runId, 'release');
      return holds.length > 0 || outcome !== undefined;
    });

  it('X1, P4, R3: given a cancelled operation cut back to its receipt, then nothing ships, and the ledger says so', async () => {
    const { client, system } = the;
    await system.kill('publisher');
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v9.0.0')] }]);
    await client.until(
      'a receipt',
      async () => (await client.operation(runId, 'release')).issued !== undefined,
    );
    await client.drain(publications);
    await client.forge(queueNames.plans('local'), 'run.cancel', { run_id: runId, reason: 'wrong tag' });
    await client.ended([runId]);
    const { issued, skipped } = await client.operation(runId, 'release');
    expect(skipped?.seq).toBe((issued?.seq ?? 0) + 1);
    const stream = operationStream(runId, 'release');
    await client.until('the acknowledgement of the skip', async () => {
      const [word] = await client.store.readAcknowledgements([stream]);
      return (JSON.parse(word ?? '{}') as { seq?: number }).seq === skipped?.seq;
    });
    await cutBackTo(stream, issued?.seq ?? 0);
    const receipt = issued?.data.receipt;
    const job = {
      run_id: runId,
      operation_id: 'release',
      operation_kind: 'publish_release',
      mode: 'prod',
      receipt,
    };
    await client.forge(publications, 'receipt.issued', job, { jobId: `${receipt?.receipt_id}.s1` });
    await system.restart('publisher');
    await heldOrDone(runId);
    const tags = (await allReleases(system.url)).map(({ tag_name }) => tag_name);
    expect(tags).toEqual([]);
  });

  it('X2, R3: given a shipped operation cut back to its receipt, then it does not ship again', async () => {
    const { client, system } = the;
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v9.1.0')] }]);
    await client.ended([runId]);
    const { issued } = await client.operation(runId, 'release');
    const receipt = issued?.data.receipt;
    const writes = async () =>
      ((await (await fetch(`${system.url}/_sim/requests`)).json()) as { writes: number }).writes;
    const before = await writes();
    await cutBackTo(operationStream(runId, 'release'), issued?.seq ?? 0);
    const job = {
      run_id: runId,
      operation_id: 'release',
      operation_kind: 'publish_release',
      mode: 'prod',
      receipt,
    };
    await client.forge(publications, 'receipt.issued', job, { jobId: `${receipt?.receipt_id}.s2` });
    await heldOrDone(runId);
    expect(await writes()).toBe(before);
  });
});

import type { Receipt } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../../support/requests.js';
import { allReleases } from '../../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../../support/temporary-system.js';

interface Presented {
  readonly receipt: Receipt;
  readonly [key: string]: unknown;
}

describe('P8: whoever can write a queue', () => {
  let the: TemporarySystem;
  let other: { runId: string; receipt: Receipt };
  beforeAll(async () => {
    the = await temporarySystem();
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release('v0.1.0')] }]);
    await the.client.ended([runId]);
    const receipt = (await the.client.operation(runId, 'release')).issued?.data.receipt;
    if (receipt === undefined) throw new TypeError('there is no receipt');
    other = { runId, receipt };
  });
  afterAll(() => the.close());

  const edits: Readonly<Record<string, (data: Presented) => object>> = {
    mode: (data) => ({ ...data, mode: 'Prod' }),
    kind_binding: (data) => ({ ...data, operation_kind: 'tag_repo' }),
    run_binding: (data) => ({ ...data, receipt: other.receipt }),
    signatures: ({ receipt, ...data }) => ({ ...data, receipt: laterThan(receipt) }),
    presence: ({ receipt: _, ...data }) => data,
  };

  it('given a waiting job edited in place, in any part, then it is refused, and only what was authorized ships, once', async () => {
    const { client, system } = the;
    const checks = Object.keys(edits);
    await system.kill('publisher');
    const runIds = await client.submit(
      checks.map((_check, index) => ({ mode: 'prod', operations: [release(`v1.0.${index}`)] })),
    );
    for (const [index, edit] of Object.values(edits).entries()) await editWaiting(runIds[index] ?? '', edit);
    await system.restart('publisher');
    const refusals = async () =>
      (await client.systemEvents()).flatMap((event) =>
        event.type === 'gate.refused' ? [[event.data.claimed_run_id, event.data.check]] : [],
      );
    await client.until('the refusals', async () => (await refusals()).length >= checks.length);
    expect((await refusals()).sort()).toEqual(checks.map((check, index) => [runIds[index], check]).sort());
    // The sweeper presents the genuine receipts again: whoever edits a job can delay its run, and no more.
    await client.ended(runIds);
    const shipped = (await allReleases(system.url)).map(({ tag_name }) => tag_name);
    expect(shipped.sort()).toEqual(['v0.1.0', ...checks.map((_check, index) => `v1.0.${index}`)]);
    for (const runId of runIds) expect((await client.operation(runId, 'release')).attempts).toBe(1);
  });

  const editWaiting = async (runId: string, edit: (data: Presented) => object) => {
    const connection = connectRedis(the.system.redisUrl);
    const queue = new Queue<object>(queueNames.publications('acme'), { connection });
    try {
      await the.client.until(`the job of ${runId}`, async () => {
        const jobs = await queue.getWaiting();
        const job = jobs.find(({ data }) => 'run_id' in data && data.run_id === runId);
        if (job === undefined) return false;
        await job.updateData(edit(job.data as Presented));
        return true;
      });
    } finally {
      await queue.close();
      connection.disconnect();
    }
  };
});

const laterThan = (receipt: Receipt): Receipt => ({
  ...receipt,
  expires_at: new Date(Date.parse(receipt.expires_at) + 60_000).toISOString(),
});

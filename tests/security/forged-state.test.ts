import { streamKey } from '@marketops/cli';
import { operationStream, runStream } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { allReleases, simulatedRequests } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

describe('whoever can write Redis can stall the system, not make it ship', () => {
  let the: TemporarySystem;
  beforeAll(async () => {
    the = await temporarySystem();
  });
  afterAll(() => the.close());

  it('D4, F5: given an advisory of a dry run put into publications, then nothing of it passes', async () => {
    const { client, system } = the;
    const [runId = ''] = await client.submit([{ operations: [release('v1.0.0')] }]);
    await client.ended([runId]);
    const receipt = (await client.operation(runId, 'release')).advised?.data.advisory;
    const before = (await client.systemEvents()).length;
    await client.forge(queueNames.publications('acme'), 'receipt.issued', {
      run_id: runId,
      operation_id: 'release',
      operation_kind: 'publish_release',
      mode: 'prod',
      receipt,
    });
    await client.until('a refusal', async () => (await client.systemEvents()).length > before);
    expect((await client.systemEvents()).at(-1)).toMatchObject({
      type: 'gate.refused',
      data: { claimed_run_id: runId },
    });
    expect((await simulatedRequests(system.url)).writes).toBe(0);
  });

  it('F1: given forged jobs for federation and planner, then no receipt comes of them', async () => {
    const { client } = the;
    const [dryRun = ''] = await client.submit([{ operations: [release('v1.1.0')] }]);
    await client.ended([dryRun]);
    const before = await client.store.lastSeqs([runStream(dryRun), operationStream(dryRun, 'release')]);
    await client.forge(queueNames.authorizations, 'plan.generated', {
      run_id: dryRun,
      operation_ids: ['release'],
    });
    await client.forge(queueNames.authorizations, 'plan.generated', { run_id: `run_${'z'.repeat(26)}` });
    await client.forge(queueNames.authorizations, 'plan.generated', { nonsense: true });
    await client.forge(queueNames.runs, 'run.changed', { run_id: dryRun, sweep: true });
    await client.forge(queueNames.runs, 'run.changed', 'nonsense');
    // A good run through the same queues ends after them.
    const [after = ''] = await client.submit([{ mode: 'prod', operations: [release('v1.1.1')] }]);
    await client.ended([after]);
    expect(await client.store.lastSeqs([runStream(dryRun), operationStream(dryRun, 'release')])).toEqual(
      before,
    );
  });

  it('E3: given an event written straight into a stream without a valid signature, then nothing acts on it and there is an alert', async () => {
    const { client, system } = the;
    const [runId = '', other = ''] = await client.submit([
      { operations: [release('v1.2.0')] },
      { mode: 'prod', operations: [release('v1.2.1')] },
    ]);
    await client.ended([runId, other]);
    const stream = operationStream(runId, 'release');
    const redis = connectRedis(system.redisUrl);
    const [genuine] = await redis.xrevrange(
      streamKey(operationStream(other, 'release')),
      '+',
      '-',
      'COUNT',
      1,
    );
    const [seq = 0] = await client.store.lastSeqs([stream]);
    // The genuine outcome of another run, pasted here.
    await redis.xadd(streamKey(stream), `${seq + 1}-0`, 'v', genuine?.[1][1] ?? '');
    redis.disconnect();
    await client.forge(queueNames.publications('acme'), 'receipt.issued', {
      run_id: runId,
      operation_id: 'release',
      operation_kind: 'publish_release',
      mode: 'prod',
      receipt: {},
    });
    await client.until('a quarantine', async () =>
      (await client.systemEvents()).some(
        (event) => event.type === 'stream.quarantined' && event.data.stream === stream,
      ),
    );
    expect((await allReleases(system.url)).some(({ tag_name }) => tag_name === 'v1.2.0')).toBe(false);
  });

  it('X2: given a genuine job put in again after its end, under its own id and another, then there is no second effect', async () => {
    const { client, system } = the;
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v1.3.0')] }]);
    await client.ended([runId]);
    const receipt = (await client.operation(runId, 'release')).issued?.data.receipt;
    const job = {
      run_id: runId,
      operation_id: 'release',
      operation_kind: 'publish_release',
      mode: 'prod',
      receipt,
    };
    const before = (await client.systemEvents()).length;
    await client.forge(queueNames.publications('acme'), 'receipt.issued', job, {
      jobId: receipt?.receipt_id ?? '',
    });
    await client.forge(queueNames.publications('acme'), 'receipt.issued', job, { jobId: 'another' });
    await client.until('a refusal', async () => (await client.systemEvents()).length > before);
    expect((await client.systemEvents()).at(-1)).toMatchObject({
      type: 'gate.refused',
      data: { check: 'unconsumed' },
    });
    expect((await allReleases(system.url)).filter(({ tag_name }) => tag_name === 'v1.3.0')).toHaveLength(1);
  });
});

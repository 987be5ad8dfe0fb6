import { operationStream, runStream } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import { connectRedis, streamKey } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
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
    // As of its own run, and as of one whose receipt waits.
    await system.kill('publisher');
    const [waiting = ''] = await client.submit([{ mode: 'prod', operations: [release('v1.0.1')] }]);
    await client.until(
      'a receipt',
      async () => (await client.operation(waiting, 'release')).issued !== undefined,
    );
    await client.drain(queueNames.publications('acme'));
    for (const id of [runId, waiting])
      await client.forge(queueNames.publications('acme'), 'receipt.issued', {
        run_id: id,
        operation_id: 'release',
        operation_kind: 'publish_release',
        mode: 'prod',
        receipt,
      });
    await system.restart('publisher');
    const refusals = async () =>
      (await client.systemEvents()).flatMap((event) =>
        event.type === 'gate.refused' ? [[event.data.claimed_run_id, event.data.check]] : [],
      );
    await client.until('the refusals', async () => (await refusals()).length >= 2);
    expect(Object.fromEntries(await refusals())).toEqual({ [runId]: 'mode', [waiting]: 'enforceable' });
    // It ships by its own receipt in the end: by the advisory it did not.
    await client.ended([waiting]);
    const { started, issued } = await client.operation(waiting, 'release');
    expect(started?.data.receipt_id).toBe(issued?.data.receipt.receipt_id);
    const tags = (await allReleases(system.url)).map(({ tag_name }) => tag_name);
    expect(tags).toEqual(['v1.0.1']);
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
    await system.kill('publisher');
    const [runId = '', control = ''] = await client.submit([
      { mode: 'prod', operations: [release('v1.2.0')] },
      { mode: 'prod', operations: [release('v1.2.1')] },
    ]);
    for (const id of [runId, control])
      await client.until(
        'a receipt',
        async () => (await client.operation(id, 'release')).issued !== undefined,
      );
    // Its receipt is genuine, unused and live: of what stands in its stream only the pasted event is not.
    const stream = operationStream(runId, 'release');
    const redis = connectRedis(system.redisUrl);
    const [genuine] = await redis.xrevrange(
      streamKey(operationStream(control, 'release')),
      '+',
      '-',
      'COUNT',
      1,
    );
    const [seq = 0] = await client.store.lastSeqs([stream]);
    await redis.xadd(streamKey(stream), `${seq + 1}-0`, 'v', genuine?.[1][1] ?? '');
    redis.disconnect();
    await system.restart('publisher');
    await client.until('a quarantine', async () =>
      (await client.systemEvents()).some(
        (event) => event.type === 'stream.quarantined' && event.data.stream === stream,
      ),
    );
    // The same but for the pasted event: it ships, after the other was looked at.
    await client.ended([control]);
    const shipped = (await allReleases(system.url)).map(({ tag_name }) => tag_name);
    expect(shipped).toContain('v1.2.1');
    expect(shipped).not.toContain('v1.2.0');
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
    await client.forge(queueNames.publications('acme'), 'receipt.issued', job, {
      jobId: receipt?.receipt_id ?? '',
    });
    await client.forge(queueNames.publications('acme'), 'receipt.issued', job, { jobId: 'another' });
    const refusals = async () =>
      (await client.systemEvents()).flatMap((event) =>
        event.type === 'gate.refused' && event.data.claimed_run_id === runId ? [event.data.check] : [],
      );
    await client.until('a refusal', async () => (await refusals()).length > 0);
    expect(new Set(await refusals())).toEqual(new Set(['unconsumed']));
    expect((await allReleases(system.url)).filter(({ tag_name }) => tag_name === 'v1.3.0')).toHaveLength(1);
  });
});

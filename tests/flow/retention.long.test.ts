import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationStream, runStream } from '@marketops/contracts';
import { jobNames, queueNames } from '@marketops/engine';
import { encodeRetired, partitionOf, RunRetiredError } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

let the: TemporarySystem;
let marketops: (...args: readonly string[]) => Promise<Answer>;
let runId: string;
const request = { mode: 'prod', idempotency_key: 'release-1', operations: [release('v1.0.0')] };
const plan = (tag: string) => {
  const path = join(the.system.dir, `${tag}.yml`);
  const operations = [release(tag)];
  writeFileSync(path, JSON.stringify({ tenant_id: 'acme', repository: 'acme/widgets', operations }));
  return path;
};
const streams = () => [runStream(runId), operationStream(runId, 'release')];
const submit = (path: string) =>
  marketops('submit', path, '--mode', 'prod', '--idempotency-key', 'release-1', '--wait');

/** Takes the run out as the ledger does when its time has come: nothing makes a whole system a week older. */
beforeAll(async () => {
  the = await temporarySystem();
  const { client, system } = the;
  marketops = commandsOf(system);
  const { said } = await submit(plan('v1.0.0'));
  runId = String(said['run_id']);
  await client.ended([runId]);
  const { requested, completed, lastSeq, tenantId } = await client.run(runId);
  const [control] = await client.store.readControl([partitionOf(runId)]);
  const seqs = await client.store.lastSeqs(streams());
  const value = encodeRetired({
    ...{ runId, tenantId, lastSeq, principal: 'local', status: 'completed' },
    requestDigest: requested?.data.request_digest ?? null,
    endedAt: completed?.time ?? '',
  });
  const outcome = await client.store.retire([
    {
      ...{ runId, partition: partitionOf(runId), term: control?.term ?? 0, whileClosed: false },
      streams: streams().map((stream, at) => ({ stream, lastSeq: seqs[at] ?? 0 })),
      tombstone: { value, ttlMs: 60_000_000 },
    },
  ]);
  expect(outcome).toEqual(['retired']);
}, 120_000);
afterAll(() => the.close());

const stands = () => the.client.store.lastSeqs(streams());
const ended = { code: 0, said: { run_id: expect.any(String) as string } };

describe('X2: a run that has left Redis', () => {
  it('is read from the ledger by whatever shows a run', async () => {
    for (const word of ['show', 'timeline'])
      expect(await marketops(word, runId), word).toMatchObject({ code: 0, said: { run_id: runId } });
    const bundle = join(the.system.dir, 'proof.json');
    expect((await marketops('proof', runId, '--output', bundle)).code).toBe(0);
    const runs = await marketops('runs');
    expect(JSON.stringify(runs.said)).toContain(runId);
    expect((await marketops('verify')).code).toBe(0);
    const findings = (await marketops('doctor')).said['findings'] as readonly { verdict: string }[];
    expect(findings.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  });

  it('submitted again under its key is the run it was; another plan under that key is refused', async () => {
    expect(await submit(plan('v1.0.0'))).toMatchObject({
      ...ended,
      said: { run_id: runId, known: true, retired: { status: 'completed' } },
    });
    expect(await submit(plan('v2.0.0'))).toMatchObject({
      code: 2,
      said: { error: { code: 'idempotency_conflict' } },
    });
    expect(await stands()).toEqual([0, 0]);
  });

  it('a bare job under its key starts nothing, and one with another plan is refused', async () => {
    const queue = queueNames.plans('local');
    const same = await the.client.forge(queue, jobNames.planRequested, {
      ...request,
      repository: 'acme/widgets',
      tenant_id: 'acme',
    });
    await the.client.until('the job has ended', async () => {
      const job = await the.client.job(queue, same.id ?? '');
      return job === undefined || (await job.isFailed());
    });
    const other = {
      ...request,
      tenant_id: 'acme',
      repository: 'acme/widgets',
      operations: [release('v9.0.0')],
    };
    const refused = await the.client.forge(queue, jobNames.planRequested, other);
    await the.client.until(
      'the other is refused',
      async () =>
        (await the.client.job(queue, refused.id ?? ''))?.failedReason?.includes('idempotency_conflict') ===
        true,
    );
    expect(await stands()).toEqual([0, 0]);
    expect(await allReleases(the.system.url)).toHaveLength(1);
  });

  it('late jobs of it end without a word, and without a failed job', async () => {
    for (const [queue, name] of [[queueNames.runs, jobNames.run]] as const) {
      const job = await the.client.forge(queue, name, { run_id: runId });
      await the.client.until(
        `${name} has ended`,
        async () => (await the.client.job(queue, job.id ?? '')) === undefined,
      );
    }
    expect(await stands()).toEqual([0, 0]);
    await expect(the.client.run(runId)).rejects.toBeInstanceOf(RunRetiredError);
  });

  it('is too late to cancel, and what would be appended to it is told where it is', async () => {
    expect(await marketops('cancel', runId, '--reason', 'late')).toMatchObject({
      code: 4,
      said: { cancel: 'too_late' },
    });
    expect(await stands()).toEqual([0, 0]);
  });

  it('L2: is recognised by a ledger that did not take it out, and not put back', async () => {
    await the.system.restart('ledger');
    const { said } = await marketops('ledger', 'rebuild');
    expect(said).toMatchObject({ plan: { streams_gone: 0, partitions: 0, epoch: 1 } });
    expect(await the.system.health('ledger')).toMatchObject({ ledger: { retired_runs: 1, epoch: 1 } });
    expect(await stands()).toEqual([0, 0]);
  });
});

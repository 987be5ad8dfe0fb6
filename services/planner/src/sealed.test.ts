import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EventDraft,
  Operation,
  type OperatorCommand,
  operationStream,
  PlanRequest,
  PublicationPlan,
  runStream,
  systemStream,
} from '@marketops/contracts';
import { HoldError, queueNames, readContained } from '@marketops/engine';
import { commandBy, incomingJob, type OutsideName } from '@marketops/engine/testing';
import { canonicalJson, digestOf, operationDigest, planDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sayEnd } from './testing/end.js';
import { type Harness, openHarness, principals, runIdOf, tagRequest } from './testing/harness.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
});
afterEach(() => its.engine.close());

const secret = 'Ada Lovelace, 12 St James’s Square';
const runId = runIdOf('k1');
const sealedRequest = (over: Record<string, unknown> = {}) =>
  tagRequest({
    sealed: true,
    operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v1.4.0', message: secret }],
    ...over,
  });
const keysDir = () => join(its.engine.loaded.dataDir, 'blob-keys');
const whatIsKept = () => {
  const folder = its.engine.loaded.dataDir;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
};
const events = async () => [
  ...(await its.engine.events(runStream(runId))),
  ...(await its.engine.events(operationStream(runId, 'tag'))),
];
const said = async () => JSON.stringify(await events());

async function contents() {
  const { blobs } = its.engine;
  const run = await its.run(runId);
  const { planned } = await its.operation(runId, 'tag');
  const request = run.requested ?? expect.fail('no request');
  const plan = run.planned ?? expect.fail('no plan');
  if (planned?.data.operation == null) return expect.fail('no operation');
  return {
    request: await readContained(blobs, request, request.data.request, PlanRequest),
    plan: await readContained(blobs, plan, plan.data.plan, PublicationPlan),
    operation: await readContained(blobs, planned, planned.data.operation, Operation),
    digests: [request.data.request_digest, plan.data.plan_digest, planned.data.operation_digest],
  };
}

describe('a sealed request', () => {
  it('given it is planned, then what it says stands in no event and no file, and opens with its key', async () => {
    await its.plan(sealedRequest());
    expect(await said()).not.toContain('Lovelace');
    for (const bytes of whatIsKept()) expect(bytes.includes('Lovelace')).toBe(false);
    const { request, plan, operation, digests } = await contents();
    expect(operation).toMatchObject({ message: secret });
    const { idempotency_key: _, ...asked } = request;
    expect(digests).toEqual([
      digestOf(nodeCrypto, asked),
      planDigest(nodeCrypto, plan),
      operationDigest(nodeCrypto, operation),
    ]);
  });

  it('given the exact plain text, then without the salt no digest in the ledger is that of it', async () => {
    await its.plan(sealedRequest());
    const { request, plan, operation, digests } = await contents();
    for (const { salt, ...guess } of [request, plan, operation]) {
      expect(salt).toMatch(/^[0-9a-f]{64}$/);
      expect(digests).not.toContain(nodeCrypto.sha256Hex(canonicalJson(guess)));
    }
    expect(new Set([request.salt, plan.salt, operation.salt]).size).toBe(3);
  });

  it('E2: given it comes again, then it is the same run; given it asks for something else, then that is a conflict', async () => {
    await its.plan(sealedRequest());
    const before = await said();
    await its.plan(sealedRequest(), { attempt: 2 });
    await its.plan(sealedRequest());
    expect(await said()).toBe(before);
    await expect(its.plan(sealedRequest({ repository: 'acme/website' }))).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
  });

  it('given two workers take it at once, then one plan stands', async () => {
    await Promise.all([its.plan(sealedRequest()), its.plan(sealedRequest()), its.plan(sealedRequest())]);
    expect((await its.run(runId)).status).toBe('planned');
  });

  it('given it was sealed by whoever handed it in, then the job holds nothing of it, and its own blob is named', async () => {
    const at = { stream: runStream(runId), type: 'plan.requested', tenant_id: 'acme' };
    const key = await its.engine.blobs.sealed.keyOf(runId);
    const request = PlanRequest.parse(sealedRequest({ salt: key.salt(at) }));
    const value = key.seal(at, canonicalJson(request));
    await its.engine.blobs.sealed.put(value);
    const job = { tenant_id: 'acme', mode: 'prod', idempotency_key: 'k1', sealed: value.ref };
    await its.plan(job);
    expect((await its.run(runId)).requested?.data.request).toEqual({ sealed: value.ref });

    for (const odd of [
      { ...job, mode: 'dry_run' },
      { ...job, idempotency_key: 'k2' },
      { ...job, sealed: { ...value.ref, commitment: 'f'.repeat(64) } },
      { ...job, more: 1 },
    ])
      await expect(its.plan(odd)).rejects.toMatchObject({ code: 'request_malformed' });
    await expect(its.plan({ ...job, tenant_id: 'globex' })).rejects.toMatchObject({
      code: 'principal_not_allowed',
    });
  });

  it('given an open job asks for it, then the queue holds it sealed before it is planned, and when it fails', async () => {
    const kept: object[] = [];
    const replace = async (data: object) => Promise.resolve(void kept.push(data));
    await its.plan(sealedRequest(), { replace });
    const [data = {}] = kept;
    expect(JSON.stringify(data)).not.toContain('Lovelace');
    expect((await its.run(runId)).requested?.data.request).toEqual({
      sealed: (data as { sealed: unknown }).sealed,
    });
    // What stands in the queue now is the same request.
    const before = await said();
    await its.plan(data, { attempt: 2, replace });
    expect([await said(), kept.length]).toEqual([before, 1]);
    const conflict = sealedRequest({ repository: 'acme/website' });
    await expect(its.plan(conflict, { replace })).rejects.toMatchObject({ code: 'idempotency_conflict' });
    expect(kept).toHaveLength(2);
    expect(JSON.stringify(kept)).not.toContain('website');
  });

  it('given it is refused, then why is told by code alone, and its job is not kept', async () => {
    await its.plan(
      sealedRequest({ operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v1', [secret]: 1 }] }),
    );
    expect((await its.run(runId)).rejected?.data).toMatchObject({ code: 'request_invalid' });
    expect(await said()).not.toContain('Lovelace');
  });

  it('given its key is lost, then nothing is done until it is back', async () => {
    await its.plan(sealedRequest());
    const key = join(keysDir(), `${runId}.key`);
    const bytes = readFileSync(key);
    rmSync(key);
    await expect(its.plan(sealedRequest())).rejects.toMatchObject({
      code: 'blob_key_missing',
      retry: 'hold',
    });
    await expect(its.look(runId)).rejects.toMatchObject({ code: 'blob_key_missing', retry: 'hold' });
    writeFileSync(key, bytes);
    await its.look(runId);
  });
});

describe('what is sealed by configuration', () => {
  it.each([
    ['the tenant', { sealed_tenants: ['acme'] }],
    ['the principal', { principals: { ci: { ...principals.ci, sealed: true } } }],
  ])('given %s demands it, then a request that does not ask for it is sealed too', async (_who, config) => {
    await its.engine.close();
    its = await openHarness({ config: config as never });
    await its.plan(sealedRequest({ sealed: false }));
    expect(await said()).not.toContain('Lovelace');
    expect((await its.run(runId)).planned?.data.plan).toHaveProperty('sealed');
  });

  it('given nobody asks for it, then nothing is sealed, and no key is made', async () => {
    await its.plan(tagRequest());
    expect((await its.run(runId)).planned?.data.plan).toHaveProperty('inline');
    expect((await its.run(runId)).requested?.data.request).not.toHaveProperty('inline.salt');
    expect(() => readdirSync(keysDir())).toThrow('ENOENT');
  });
});

describe('an order to erase', () => {
  const order = (over: Partial<Omit<OperatorCommand, 'signature'>> = {}, who: OutsideName = 'alice') =>
    commandBy(its.engine.keys, who, { kind: 'erase', run_id: runId }, its.engine.clock.nowMs(), over);
  const carry = async (command: OperatorCommand, principal = command.principal, ofRun = runId) => {
    const data = { run_id: ofRun, principal, command };
    await its.engine.say('console', systemStream, (await its.engine.events(systemStream)).length, [
      { type: 'blob.erased', data },
    ]);
  };
  const obey = async () => {
    const work = its.engine.workers.get(queueNames.runs) ?? expect.fail('nobody works it');
    await work(incomingJob({ queue: queueNames.runs, name: 'blob.erased', data: {} }));
  };
  const isErased = async () => (await its.engine.blobs.sealed.tombstone(runId)) !== undefined;

  beforeEach(async () => {
    await its.plan(sealedRequest());
    await sayEnd(its, runId, 'tag', 'operation.succeeded');
    await its.look(runId);
    expect((await its.run(runId)).status).toBe('completed');
  });

  it('given it stands in the ledger, then key and ciphertexts are gone, and the job of before does nothing', async () => {
    await carry(order());
    await obey();
    expect(readdirSync(keysDir())).toEqual([`${runId}.erased`]);
    const blobs = whatIsKept().length;
    const before = await said();
    await its.plan(sealedRequest());
    await its.look(runId);
    await its.look(runId, true);
    expect([await said(), whatIsKept().length]).toEqual([before, blobs]);
    expect(its.engine.jobs.splice(0).filter(({ queue }) => queue === '{authorizations}')).toHaveLength(1);
  });

  it('L2: given the ledger has not vouched for it, then nothing is destroyed before it has', async () => {
    await carry(order());
    its.ledger.vouches = false;
    await expect(obey()).rejects.toThrow(HoldError);
    expect(await isErased()).toBe(false);
    its.ledger.vouches = true;
    await obey();
    expect(await isErased()).toBe(true);
  });

  it('given it was obeyed in part when the process died, then it is finished at the next look', async () => {
    await carry(order());
    await its.engine.blobs.sealed.erase({ runId, commandId: 'before', blobs: [] });
    await obey();
    expect(await isErased()).toBe(true);
  });

  it.each<[string, () => [OperatorCommand, string?]]>([
    ['another run', () => [order({ action: { kind: 'erase', run_id: `run_${'z'.repeat(26)}` } })]],
    ['something else', () => [order({ action: { kind: 'freeze', scopes: ['all'] } })]],
    ['somebody else', () => [order(), 'mallory']],
    [
      'another time',
      () => [order({ expires_at: '2020-01-01T00:05:00.000Z', issued_at: '2020-01-01T00:00:00.000Z' })],
    ],
    ['nobody: it was changed after it was signed', () => [{ ...order(), reason: 'other' }]],
  ])('E3: given an order of %s, then nothing is destroyed', async (_what, forged) => {
    await carry(...forged());
    await obey();
    expect(await isErased()).toBe(false);
    expect((await contents()).operation).toMatchObject({ message: secret });
  });

  it('given a forged order stands before the true one, then the true one is obeyed', async () => {
    await carry({ ...order(), reason: 'other' });
    await carry(order());
    await obey();
    expect(await isErased()).toBe(true);
  });

  it('given the run is under way, then the order waits for its end', async () => {
    await its.plan(sealedRequest({ idempotency_key: 'k2' }));
    const open = runIdOf('k2');
    await carry(order({ action: { kind: 'erase', run_id: open } }), 'alice', open);
    await obey();
    expect(await its.engine.blobs.sealed.tombstone(open)).toBeUndefined();
    await sayEnd(its, open, 'tag', 'operation.succeeded');
    await its.look(open);
    await obey();
    expect(await its.engine.blobs.sealed.tombstone(open)).toBeDefined();
  });

  it('given something of the run is uncertain, then the order waits until that is known', async () => {
    await its.plan(sealedRequest({ idempotency_key: 'k2' }));
    const run = runIdOf('k2');
    await sayEnd(its, run, 'tag', 'operation.uncertain');
    await its.look(run);
    expect((await its.run(run)).status).toBe('completed');
    await carry(order({ action: { kind: 'erase', run_id: run } }), 'alice', run);
    await obey();
    expect(await its.engine.blobs.sealed.tombstone(run)).toBeUndefined();
  });
});

describe('a redrive of what is to be erased', () => {
  const failed = runIdOf('k2');
  const by = (action: OperatorCommand['action']) =>
    commandBy(its.engine.keys, 'alice', action, its.engine.clock.nowMs());
  const say = async (stream: string, type: 'blob.erased' | 'run.redriven', command: OperatorCommand) => {
    const data = { ...(type === 'blob.erased' ? { run_id: failed } : {}), principal: 'alice', command };
    const draft = { type, data } as EventDraft;
    await its.engine.say('console', stream, (await its.engine.events(stream)).length, [draft]);
  };
  const obey = async () => {
    const work = its.engine.workers.get(queueNames.runs) ?? expect.fail('nobody works it');
    await work(incomingJob({ queue: queueNames.runs, name: 'blob.erased', data: {} }));
  };
  const erase = () => say(systemStream, 'blob.erased', by({ kind: 'erase', run_id: failed }));
  const redrive = () =>
    say(runStream(failed), 'run.redriven', by({ kind: 'redrive', run_id: failed, operations: 'all' }));

  beforeEach(async () => {
    await its.plan(sealedRequest({ idempotency_key: 'k2' }));
    await sayEnd(its, failed, 'tag', 'operation.failed');
    await its.look(failed);
  });

  it('given it was erased before, then the run ends as it stood, and nothing of it is tried', async () => {
    const before = (await its.run(failed)).completed?.data;
    await erase();
    await obey();
    await redrive();
    expect((await its.run(failed)).status).toBe('planned');
    await its.look(failed);
    expect((await its.run(failed)).completed?.data).toEqual(before);
    expect(await its.operation(failed, 'tag')).toMatchObject({ phase: 'failed', redrives: 0 });
  });

  it('given the run was opened between order and deed, then it ends as it stood, and is erased then', async () => {
    await erase();
    await redrive();
    await obey();
    expect(await its.engine.blobs.sealed.tombstone(failed)).toBeUndefined();
    its.engine.jobs.splice(0);
    await its.look(failed);
    expect((await its.run(failed)).status).toBe('completed');
    expect(await its.operation(failed, 'tag')).toMatchObject({ phase: 'failed', redrives: 0 });
    expect(its.engine.jobs.map(({ name }) => name)).toContain('blob.erased');
    await obey();
    expect(await its.engine.blobs.sealed.tombstone(failed)).toBeDefined();
  });

  it('given it was under way when the order came, then the order waits', async () => {
    await redrive();
    await its.look(failed);
    await erase();
    await obey();
    expect(await its.operation(failed, 'tag')).toMatchObject({ phase: 'planned', redrives: 1 });
    expect(await its.engine.blobs.sealed.tombstone(failed)).toBeUndefined();
  });
});

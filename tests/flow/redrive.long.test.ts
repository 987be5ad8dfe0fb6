import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationStream, runStream } from '@marketops/contracts';
import { jobNames, newUlid, queueNames, readSigningKey } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { createAppender } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { allReleases, armFault } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

describe('a run of which something failed', () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;
  beforeAll(async () => {
    the = await temporarySystem();
    marketops = commandsOf(the.system);
    mkdirSync(join(the.system.dir, 'releases'), { recursive: true });
    writeFileSync(join(the.system.dir, 'releases', 'widgets.tgz'), Buffer.alloc(10_000, 7));
    expect((await marketops('approver', 'add', 'alice')).code).toBe(0);
  });
  afterAll(() => the.close());

  const shipped = async (tag: string) =>
    (await allReleases(the.system.url)).filter(({ tag_name: name }) => name === tag);
  const tagOf = (id: string, tag: string, dependsOn: readonly string[] = []) => ({
    ...{ id, kind: 'tag_repo', tag_name: tag, target: 'main', depends_on: dependsOn },
  });
  /** A tag that succeeds, a release that fails with its draft left behind, and a tag that is skipped for it. */
  async function partialRun(version: string): Promise<string> {
    const { client, system } = the;
    // GitHub answers the publication of the draft with a redirect, which is never followed.
    await armFault(system.url, {
      kind: 'redirect_307',
      method: 'PATCH',
      location: `${system.url}/elsewhere`,
    });
    const operations = [
      tagOf('first', `first-${version}`),
      { ...release(`v${version}`), depends_on: ['first'], assets: [{ path: 'widgets.tgz' }] },
      tagOf('last', `last-${version}`, ['release']),
    ];
    const [runId = ''] = await client.submit([{ mode: 'prod', operations }]);
    await client.ended([runId]);
    expect((await client.run(runId)).completed?.data).toMatchObject({
      ...{ status: 'partial', succeeded: 1, failed: 1, skipped: 1 },
    });
    expect(await shipped(`v${version}`)).toMatchObject([{ draft: true }]);
    return runId;
  }
  const deadOf = async (runId: string) =>
    ((await marketops('dead')).said['dead'] as { readonly run_id: string; readonly help: string }[]).filter(
      (one) => one.run_id === runId,
    );

  it('R3, X2: given it is redriven, then it ships with a receipt that supersedes the old one, exactly once, and nothing of before passes again', async () => {
    const { client } = the;
    const runId = await partialRun('1.0.0');
    const [old] = (await client.operation(runId, 'release')).receipts;
    expect(await deadOf(runId)).toMatchObject([
      {
        ...{ kind: 'operation', operation_id: 'release', state: 'failed' },
        help: `marketops redrive ${runId} release --reason …`,
      },
    ]);

    const redriven = await marketops('redrive', runId, '--reason', 'GitHub is well', '--yes', '--wait');
    expect(redriven).toMatchObject({
      code: 0,
      said: {
        ...{ run_id: runId, principal: 'alice', redriven: ['release', 'last'], not_redriven: [] },
        outcome: { status: 'completed', succeeded: 3 },
      },
    });
    const after = await client.operation(runId, 'release');
    const fresh = after.receipts.at(-1);
    expect(after).toMatchObject({
      phase: 'succeeded',
      redrives: 1,
      receipts: [{}, { supersedes: old?.receipt_id }],
    });
    expect(after.started?.data.receipt_id).toBe(fresh?.receipt_id);
    expect(await shipped('v1.0.0')).toMatchObject([{ draft: false }]);
    expect(await deadOf(runId)).toEqual([]);

    // What the commands say of a run that has ended twice.
    const listed = (await marketops('receipts', '--run', runId)).said['receipts'];
    expect(listed).toMatchObject([
      { operation_id: 'first', state: 'consumed' },
      { receipt_id: old?.receipt_id, state: 'consumed', superseded_by: fresh?.receipt_id },
      { receipt_id: fresh?.receipt_id, state: 'consumed', supersedes: old?.receipt_id },
      { operation_id: 'last', state: 'consumed' },
    ]);
    const shown = await marketops('show', runId);
    expect(shown).toMatchObject({
      code: 0,
      said: {
        status: 'completed',
        outcome: { status: 'completed' },
        redriven: [{ reason: 'GitHub is well' }],
      },
    });
    const { said } = await marketops('timeline', runId);
    const types = (said['phases'] as { readonly steps: readonly { readonly type: string }[] }[]).flatMap(
      ({ steps }) => steps.map(({ type }) => type),
    );
    const count = (type: string) => types.filter((one) => one === type).length;
    expect([count('run.completed'), count('run.redriven'), count('operation.redriven')]).toEqual([2, 1, 2]);
    expect((await marketops('verify')).code).toBe(0);

    const job = {
      ...{
        run_id: runId,
        operation_id: 'release',
        operation_kind: 'publish_release',
        mode: 'prod',
        receipt: old,
      },
    };
    const copies = [old?.receipt_id ?? '', `${old?.receipt_id}.s1`, 'another'];
    for (const jobId of copies)
      await client.forge(queueNames.publications('acme'), 'receipt.issued', job, { jobId });
    const left = async (jobId: string) => client.job(queueNames.publications('acme'), jobId);
    await client.until('their end', async () =>
      (await Promise.all(copies.map(left))).every((one) => one === undefined),
    );
    const refusals = (await client.refusals()).filter(
      ({ data }) => data.claimed_receipt_id === old?.receipt_id,
    );
    expect(new Set(refusals.map(({ data }) => data.check))).toEqual(new Set(['unconsumed']));
    expect(await client.operation(runId, 'release')).toEqual(after);
    expect(await shipped('v1.0.0')).toHaveLength(1);

    expect(await marketops('redrive', runId, '--reason', 'again', '--yes')).toMatchObject({
      ...{ code: 2, said: { error: { code: 'redrive_refused' } } },
    });
  }, 120_000);

  it('given one operation by name, then what may not go along says why, and what may does alone', async () => {
    const { client } = the;
    const runId = await partialRun('1.1.0');
    const refused = async (...ids: readonly string[]) => {
      const { code, said } = await marketops('redrive', runId, ...ids, '--reason', 'x', '--yes');
      expect([code, said]).toMatchObject([2, { error: { code: 'redrive_refused' } }]);
      return JSON.stringify(said);
    };
    expect(await refused('first')).toContain('already_succeeded');
    expect(await refused('last')).toContain('dependency_not_succeeded');
    expect(await refused('first', 'release')).toContain('already_succeeded');
    expect(await marketops('redrive', runId, 'unheard-of', '--reason', 'x', '--yes')).toMatchObject({
      ...{ code: 2, said: { error: { code: 'operation_unknown' } } },
    });
    const one = await marketops('redrive', runId, 'release', '--reason', 'x', '--yes', '--wait');
    expect(one).toMatchObject({
      code: 4,
      said: { redriven: ['release'], outcome: { status: 'partial', skipped: 1 } },
    });
    const rest = await marketops('redrive', runId, '--reason', 'the rest', '--yes', '--wait');
    expect(rest).toMatchObject({ code: 0, said: { redriven: ['last'], outcome: { status: 'completed' } } });
    expect((await client.run(runId)).redriveOrders).toHaveLength(2);
    expect(await shipped('v1.1.0')).toMatchObject([{ draft: false }]);
  }, 120_000);

  it('given the planner is away when it is ordered, and every job is lost, then the sweeper sees to it', async () => {
    const { client, system } = the;
    const runId = await partialRun('1.2.0');
    await system.kill('planner');
    const ordered = await marketops('redrive', runId, '--reason', 'x', '--yes', '--no-wait');
    expect(ordered).toMatchObject({ code: 0, said: { redriven: null } });
    await client.drain(queueNames.runs);
    await system.restart('planner');
    await client.until(
      'its end',
      async () => (await client.run(runId)).completed?.data.status === 'completed',
    );
    expect(await shipped('v1.2.0')).toMatchObject([{ draft: false }]);
  }, 120_000);

  it('given a run ended over what was open again, then that is among the dead, and another redrive ships it', async () => {
    const { client, system } = the;
    const runId = await partialRun('1.6.0');
    await system.kill('planner');
    expect((await marketops('redrive', runId, '--reason', 'x', '--yes', '--no-wait')).code).toBe(0);
    // What two planners could say that judged one order differently, before an order was taken in the run's own stream.
    const { redriven, lastSeq, tenantId } = await client.run(runId);
    const operation = await client.operation(runId, 'release');
    const context = { tenantId, runId, mode: 'prod', causationId: null, correlationId: runId } as const;
    const opened = {
      ...{ operation_id: 'release', command_id: redriven?.data.command.command_id ?? '' },
      ...{ previous_receipt_id: operation.receipts.at(-1)?.receipt_id ?? null, reason: 'x' },
    };
    const end = { status: 'partial', succeeded: 1, failed: 1, blocked: 0, skipped: 1, uncertain: 0 } as const;
    const key = readSigningKey(join(system.loaded.dataDir, 'keys', 'planner'), 'actor');
    await createAppender({
      ...{ store: client.store, crypto: nodeCrypto, newId: newUlid, now: () => new Date() },
      signer: { actor: 'planner', ...key },
    }).append({
      context,
      streams: [
        {
          stream: operationStream(runId, 'release'),
          afterSeq: operation.lastSeq,
          events: [{ type: 'operation.redriven', data: opened }],
        },
        { stream: runStream(runId), afterSeq: lastSeq, events: [{ type: 'run.completed', data: end }] },
      ],
    });
    await client.until('it among the dead', async () => (await deadOf(runId)).length > 0);
    expect(await deadOf(runId)).toMatchObject([
      {
        ...{ kind: 'operation', operation_id: 'release', state: 'planned', why: { code: 'left_planned' } },
        help: `marketops redrive ${runId} release --reason …`,
      },
    ]);
    await system.restart('planner');
    const again = await marketops('redrive', runId, '--reason', 'still open', '--yes', '--wait');
    expect(again).toMatchObject({
      ...{ code: 0, said: { redriven: ['release', 'last'], outcome: { status: 'completed', succeeded: 3 } } },
    });
    expect(await deadOf(runId)).toEqual([]);
    expect(await shipped('v1.6.0')).toMatchObject([{ draft: false }]);
  }, 120_000);

  it('given all of it is asked for again, then the new run says so, and the plan shows what had shipped already', async () => {
    const { client } = the;
    const runId = await partialRun('1.3.0');
    expect((await marketops('redrive', runId, '--reason', 'x', '--yes', '--wait')).code).toBe(0);
    const dry = await marketops('retry', runId, '--mode', 'dry_run', '--wait');
    expect(dry).toMatchObject({
      ...{ code: 0, said: { mode: 'dry_run', retry_of: runId, outcome: { status: 'blocked' } } },
    });
    const shown = await marketops('show', String(dry.said['run_id']));
    expect(shown.said).toMatchObject({
      retry_of: runId,
      plan: {
        operations: [
          { operation_id: 'first', missing_prerequisites: [] },
          { operation_id: 'release', missing_prerequisites: [{ code: 'release_exists' }] },
          { operation_id: 'last' },
        ],
      },
    });
    const again = await marketops('retry', runId, '--idempotency-key', 'once', '--wait');
    expect(again.said).toMatchObject({ mode: 'prod', retry_of: runId });
    const same = await marketops('retry', runId, '--idempotency-key', 'once');
    expect(same.said).toMatchObject({ run_id: again.said['run_id'], known: true });
    expect((await marketops('runs')).said['runs']).toContainEqual(
      expect.objectContaining({ run_id: again.said['run_id'], retry_of: runId }),
    );
    expect((await client.run(runId)).redriveOrders).toHaveLength(1);
  }, 120_000);

  it('given a run that has not ended, then neither redrive nor retry takes it', async () => {
    const { client, system } = the;
    await system.kill('publisher');
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v1.4.0')] }]);
    await client.until(
      'a receipt',
      async () => (await client.operation(runId, 'release')).issued !== undefined,
    );
    expect(await marketops('redrive', runId, '--reason', 'x', '--yes')).toMatchObject({
      ...{ code: 2, said: { error: { code: 'redrive_refused' } } },
    });
    expect(await marketops('retry', runId)).toMatchObject({
      code: 2,
      said: { error: { code: 'retry_refused' } },
    });
    // Nobody takes its job: after a deadline the sweeper says so, and it is among the dead.
    await client.until('a stall', async () => (await client.run(runId)).stalls > 0);
    await client.until('it among the dead', async () => (await deadOf(runId)).length > 0);
    expect(await deadOf(runId)).toMatchObject([
      { kind: 'run', state: 'stalled', help: `marketops timeline ${runId}` },
    ]);
    await system.restart('publisher');
    await client.ended([runId]);
    expect(await deadOf(runId)).toEqual([]);
  }, 120_000);

  it('given a plan refused at the door, then it is among the dead with what helps, and --exit-code says that there is something', async () => {
    const { client } = the;
    const queue = queueNames.plans('local');
    await client.forge(queue, jobNames.planRequested, { tenant_id: 'acme' }, { jobId: 'no-plan' });
    await client.until(
      'its end',
      async () => (await (await client.job(queue, 'no-plan'))?.isFailed()) === true,
    );
    const { code, said } = await marketops('dead', '--exit-code');
    expect(code).toBe(1);
    const dead = said['dead'] as readonly { readonly subject: string }[];
    expect(dead.find(({ subject }) => subject === `${queue} no-plan`)).toMatchObject({
      ...{ kind: 'job', state: 'failed', run_id: null, why: { code: 'request_invalid' } },
      ...{ help: 'marketops submit <plan>', hint: expect.stringMatching(/^Correct the plan.*200 newer/) },
    });
  }, 120_000);

  it('given a server on this machine, then drift says that nothing is compared', async () => {
    expect(await marketops('drift', '--exit-code')).toMatchObject({
      ...{ code: 0, said: { every_ms: 0, drifted: [], unreceipted: [] } },
    });
    const { said } = await marketops('doctor');
    expect(said['findings']).toContainEqual(expect.objectContaining({ name: 'drift', verdict: 'skipped' }));
  }, 120_000);

  it('given pages of one, then every dead operation comes once', async () => {
    const runs = [await partialRun('1.5.0'), await partialRun('1.5.1')];
    const all = (await marketops('dead')).said['dead'] as readonly { readonly subject: string }[];
    const paged: string[] = [];
    for (let after: unknown; after !== null; ) {
      const more = after === undefined ? [] : ['--after', String(after)];
      const { said } = await marketops('dead', '--limit', '1', ...more);
      for (const { subject } of said['dead'] as typeof all) paged.push(subject);
      after = said['next'];
    }
    expect(paged).toEqual(all.map(({ subject }) => subject));
    for (const runId of runs) expect(paged).toContain(`${runId}/release`);
  }, 120_000);
});

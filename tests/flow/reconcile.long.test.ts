import { operationStream } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { allReleases, simulatedRequests } from '../support/simulated-github.js';
import { shortTiming, type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const since = new Date().toISOString();
const handToken = 'hand-0123456789';

describe('what is found out afterwards', () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;
  beforeAll(async () => {
    const reconcile = { every_ms: 300, unreceipted: { since } };
    // An order waits until no request can be under way: lease and two request timeouts. A request is long enough to be caught.
    const timing = { ...shortTiming, lease_ms: 1_500 };
    const config = { reconcile, timing };
    the = await temporarySystem({ config, services: [...services, 'publisher'] });
    marketops = commandsOf(the.system);
    expect((await marketops('approver', 'add', 'alice')).code).toBe(0);
    await sim('access', { tokens: [{ token: handToken, login: 'somebody' }] });
  });
  afterAll(() => the.close());

  const sim = async (control: string, body?: object): Promise<unknown> => {
    const init = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const how = body === undefined ? {} : { method: 'POST', ...init };
    const answer = await fetch(`${the.system.url}/_sim/${control}`, how);
    if (!answer.ok) throw new TypeError(`${control}: ${await answer.text()}`);
    return answer.json();
  };
  /** Somebody with a token of their own, at work in acme/widgets. */
  const byHand = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${handToken}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${the.system.url}/repos/acme/widgets${path}`, { method, headers, ...sent });
    if (!answer.ok) throw new TypeError(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? {} : ((await answer.json()) as Readonly<Record<string, unknown>>);
  };
  const shipped = async (tag: string) =>
    (await allReleases(the.system.url)).filter(({ tag_name: name }) => name === tag);
  const eventsOf = async (runId: string, id: string) =>
    (await the.client.reader.read([operationStream(runId, id)]))[0]?.events ?? [];
  const typesOf = async (runId: string, id: string) => (await eventsOf(runId, id)).map(({ type }) => type);

  let held = 0;
  /** A run whose release was asked for, and whose publisher never heard what came of it. */
  async function uncertainRun(tag: string, hang: 'hang_before' | 'hang_after'): Promise<string> {
    const { client } = the;
    await sim('faults', { faults: [{ kind: hang, method: 'POST', path_pattern: '/releases$' }] });
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release(tag)] }]);
    held += 1;
    await sim(`hangs?until=held&count=${held}`);
    const away = { kind: 'bad_gateway_before', method: 'GET', path_pattern: '/releases\\?', count: 10_000 };
    await sim('faults', { faults: [away] });
    await sim('hangs', { release: 'drop' });
    await client.ended([runId]);
    expect((await client.run(runId)).completed?.data).toMatchObject({ uncertain: 1 });
    await sim('faults', { faults: [] });
    return runId;
  }
  const uncertain = async () =>
    ((await marketops('reconcile')).said['uncertain'] as { readonly run_id: string }[]).map(
      (one) => one.run_id,
    );

  it('P6, X2: given its effect is there, then another look finds it, once, and the run’s end stays as it was', async () => {
    const { client } = the;
    const runId = await uncertainRun('v2.0.0', 'hang_after');
    expect(await uncertain()).toEqual([runId]);
    expect((await marketops('redrive', runId, '--reason', 'x', '--yes')).said).toMatchObject({
      error: { code: 'redrive_refused' },
    });
    const contradicted = await order(runId, '--found', 'absent');
    expect(contradicted).toMatchObject({ code: 4, said: { error: { code: 'reconcile_refused' } } });
    expect(JSON.stringify(contradicted.said)).toContain('found the effect');

    const { writes } = await simulatedRequests(the.system.url);
    expect(await order(runId)).toMatchObject({
      code: 0,
      said: { found: 'effect', by: 'look_up', principal: 'alice', audit: { status: 'success' } },
    });
    expect((await simulatedRequests(the.system.url)).writes).toBe(writes);
    const { started, reconciled, phase } = await client.operation(runId, 'release');
    expect([phase, reconciled?.data.audit.receipt_id]).toEqual(['succeeded', started?.data.receipt_id]);
    expect(await shipped('v2.0.0')).toHaveLength(1);
    expect(await uncertain()).toEqual([]);
    expect((await client.run(runId)).completed?.data).toMatchObject({ status: 'failed', uncertain: 1 });
    expect(await marketops('show', runId)).toMatchObject({ code: 0 });
    expect((await marketops('show', runId)).said).toMatchObject({
      operations: [{ phase: 'succeeded', reconciled: { found: 'effect' } }],
    });
    expect(JSON.stringify((await marketops('timeline', runId)).said)).toContain('operation.reconciled');

    // The same job again, and one for nothing that anybody ordered.
    const before = await eventsOf(runId, 'release');
    const data = { run_id: runId, operation_id: 'release' };
    const jobs = ['again-1', 'again-2'];
    const queue = queueNames.publications('acme');
    for (const jobId of jobs) await client.forge(queue, 'reconcile', data, { jobId });
    await client.until('their end', async () =>
      (await Promise.all(jobs.map((id) => client.job(queue, id)))).every((job) => job === undefined),
    );
    expect((await eventsOf(runId, 'release')).filter(({ type }) => type === 'operation.reconciled')).toEqual(
      before.filter(({ type }) => type === 'operation.reconciled'),
    );
    expect(await order(runId)).toMatchObject({ code: 2, said: { error: { code: 'not_uncertain' } } });
  }, 120_000);
  const order = (runId: string, ...more: readonly string[]) =>
    marketops('reconcile', runId, 'release', '--reason', 'GitHub is back', '--as', 'alice', '--yes', ...more);

  it('X2: given there is none, then it is absent, and a redrive ships it exactly once', async () => {
    const runId = await uncertainRun('v2.1.0', 'hang_before');
    expect(await order(runId)).toMatchObject({ code: 0, said: { found: 'absent', by: 'look_up' } });
    const dead = (await marketops('dead')).said['dead'] as { readonly run_id: string }[];
    expect(dead.filter((one) => one.run_id === runId)).toMatchObject([
      {
        state: 'failed',
        why: { code: 'effect_absent' },
        help: `marketops redrive ${runId} release --reason …`,
      },
    ]);
    const redriven = await marketops('redrive', runId, '--reason', 'again', '--yes', '--wait');
    expect(redriven).toMatchObject({ code: 0, said: { outcome: { status: 'completed' } } });
    expect(await shipped('v2.1.0')).toHaveLength(1);
  }, 120_000);

  it('given somebody edits what was made, then it is said once per change, and again when it is undone', async () => {
    const { client } = the;
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v2.2.0')] }]);
    await client.ended([runId]);
    const [made] = await shipped('v2.2.0');
    const id = String(made?.['id']);
    const drifted = async () => (await client.operation(runId, 'release')).drifted?.data;

    await byHand('PATCH', `/releases/${id}`, { name: 'Mine now' });
    await client.until('drift', async () => (await drifted()) !== undefined);
    expect(await drifted()).toMatchObject({ drift: 'edited', differs: ['name'], remote_id: id });
    expect((await marketops('drift')).said).toMatchObject({
      drifted: [{ run_id: runId, operation_id: 'release', drift: 'edited', differs: ['name'] }],
    });
    await byHand('PATCH', `/releases/${id}`, { name: 'v2.2.0' });
    await client.until('all well', async () => (await drifted()) === undefined);
    await byHand('DELETE', `/releases/${id}`);
    await client.until('its loss', async () => (await drifted())?.drift === 'deleted');
    const told = (await typesOf(runId, 'release')).filter((type) => type.startsWith('effect.'));
    expect(told).toEqual(['effect.drifted', 'effect.restored', 'effect.drifted']);
    expect((await marketops('timeline', runId)).code).toBe(0);
  }, 120_000);

  it('given something was made without a receipt, then it is told once, with a marker that is forged as such', async () => {
    const { client } = the;
    const unreceipted = async () =>
      (await client.systemEvents()).flatMap((event) =>
        event.type === 'effect.unreceipted' ? [event.data] : [],
      );
    const forged = `Trust me.\n\n<!-- marketops:${'a'.repeat(26)} -->`;
    await byHand('POST', '/releases', { tag_name: 'v9.0.0', target_commitish: 'main', body: forged });
    await byHand('POST', '/releases', { tag_name: 'v9.1.0', target_commitish: 'main' });
    await client.until('both, and their tags', async () => (await unreceipted()).length >= 4);
    // And a pass later still no more than that.
    const health = async () => JSON.stringify(await the.system.health('publisher'));
    expect(await health()).toContain('reconcile');
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v2.3.0')] }]);
    await client.ended([runId]);
    const [made] = await shipped('v2.3.0');
    await byHand('PATCH', `/releases/${String(made?.['id'])}`, { body: 'edited' });
    await client.until('a later pass', async () =>
      (await typesOf(runId, 'release')).includes('effect.drifted'),
    );
    const told = await unreceipted();
    expect(
      told.map(({ operation_kind: kind, remote_id: id, marker }) => [
        kind,
        kind === 'tag_repo' ? id : '',
        marker,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['publish_release', '', 'forged'],
        ['publish_release', '', 'none'],
        ['tag_repo', 'refs/tags/v9.0.0', 'none'],
        ['tag_repo', 'refs/tags/v9.1.0', 'none'],
      ]),
    );
    expect(told).toHaveLength(4);
    expect((await marketops('drift')).said).toMatchObject({
      unreceipted: expect.arrayContaining([expect.objectContaining({ marker: 'forged' })]) as unknown,
    });
    expect((await marketops('verify')).code).toBe(0);
    expect(JSON.stringify((await marketops('doctor')).said)).toContain('without a receipt found this week');
    if (the.system.redis.urlForUsers === undefined) return;
    const admin = connectRedis(the.system.redisUrl);
    expect(await admin.call('ACL', 'LOG')).toEqual([]);
    admin.disconnect();
  }, 120_000);
});

const services = ['ledger', 'planner', 'federation', 'publisher'] as const;

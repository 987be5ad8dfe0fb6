import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryConsole, temporaryConsole } from '../support/console.js';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type Person, people } from './people.js';

let the: TemporaryConsole;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  the = await temporaryConsole();
  ({ alice, bob } = await people(the, ['alice', 'bob']));
}, 120_000);
afterAll(async () => {
  await the?.close();
});

async function sim(control: string, body: object): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`${the.system.url}/_sim/${control}`, { ...init, body: JSON.stringify(body) });
  if (!answer.ok) throw new TypeError(`${control}: ${await answer.text()}`);
}

async function submitted(tag: string): Promise<string> {
  const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release(tag)] }]);
  return runId;
}

/** A run whose release was asked for, never made, and cannot be looked up for a while. */
async function uncertainRun(tag: string): Promise<string> {
  await sim('faults', { faults: [{ kind: 'hang_before', method: 'POST', path_pattern: '/releases$' }] });
  const runId = await submitted(tag);
  await fetch(`${the.system.url}/_sim/hangs?until=held&count=1`);
  const away = { kind: 'bad_gateway_before', method: 'GET', path_pattern: '/releases\\?', count: 10_000 };
  await sim('faults', { faults: [away] });
  await sim('hangs', { release: 'drop' });
  await the.client.ended([runId]);
  expect((await the.client.operation(runId, 'release')).phase).toBe('uncertain');
  await sim('faults', { faults: [] });
  return runId;
}

const phase = (runId: string, wanted: string) =>
  the.client.until(
    `the release is ${wanted}`,
    async () => (await the.client.operation(runId, 'release')).phase === wanted,
  );

describe('signed orders over HTTP', () => {
  it('given an operation of which nobody knows the end, then it is reconciled and redriven, each by an order that counts once', async () => {
    const runId = await uncertainRun('v1.0.0');
    const { body: dead } = await the.ask(alice.api, '/v1/dead-letters?state=uncertain');
    expect(dead.letters).toMatchObject([{ run_id: runId, operation_id: 'release', remedy: 'reconcile' }]);
    const { body: none } = await the.ask(alice.api, `/v1/runs/${runId}/redrive`);
    expect(none.eligible).toEqual([]);

    const at = `/v1/runs/${runId}/operations/release/reconcile`;
    const look = { kind: 'reconcile', run_id: runId, operation_id: 'release', found: 'look' } as const;
    const order = await alice.order(look, 'GitHub is back');
    const altered = { ...order, action: { ...look, found: 'effect' } };
    const stolen = await the.ask(bob.api, at, { body: order });
    for (const answer of [await the.ask(alice.api, at, { body: altered }), stolen])
      expect([answer.status, answer.body.code]).toEqual([422, 'signature_refused']);
    const elsewhere = await the.ask(alice.api, at.replace('release', 'another'), { body: order });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'signature_refused']);
    const given = await the.ask(alice.api, at, { body: order });
    expect(given.body).toMatchObject({ type: 'reconcile.requested', stream: `op/${runId}/release` });
    expect(given.status).toBe(202);
    await phase(runId, 'failed');
    const again = await the.ask(alice.api, at, { body: order });
    expect([again.status, again.body.code]).toEqual([409, 'already_said']);

    const { body: now } = await the.ask(alice.api, `/v1/runs/${runId}/redrive`);
    expect(now).toMatchObject({ eligible: ['release'], refused: [], why: null });
    const redrive = `/v1/runs/${runId}/redrive`;
    const tried = await alice.order({ kind: 'redrive', run_id: runId, operations: 'all' }, 'never made');
    expect((await the.ask(alice.api, redrive, { body: { ...tried, reason: 'made' } })).status).toBe(422);
    expect((await the.ask(alice.api, redrive, { body: tried })).status).toBe(202);
    await phase(runId, 'succeeded');
    await the.client.ended([runId]);
    const twice = await the.ask(alice.api, redrive, { body: tried });
    expect([twice.status, twice.body.code]).toEqual([409, 'already_said']);
    expect((await allReleases(the.system.url)).map(({ tag_name: tag }) => tag)).toEqual(['v1.0.0']);
    const { body: run } = await the.ask(alice.api, `/v1/runs/${runId}`);
    expect(run).toMatchObject({
      status: 'completed',
      redriven: [{ principal: 'alice', reason: 'never made' }],
    });
  });

  it('given a receipt that nobody has used, then it is revoked over HTTP, and ships nothing', async () => {
    await the.system.kill('publisher');
    const runId = await submitted('v2.0.0');
    const issued = async () => (await the.client.operation(runId, 'release')).issued !== undefined;
    await the.client.until('a receipt', issued);
    const { body: page } = await the.ask(alice.api, `/v1/receipts?run_id=${runId}&state=issued`);
    const [{ receipt_id: receiptId }] = page.receipts;
    const at = `/v1/receipts/${receiptId}`;
    const about = { run_id: runId, operation_id: 'release', receipt_id: receiptId };
    const order = await alice.order({ kind: 'revoke_receipt', ...about }, 'the notes are wrong');
    const altered = await the.ask(alice.api, `${at}/revoke`, { body: { ...order, reason: 'no reason' } });
    expect([altered.status, altered.body.code]).toEqual([422, 'signature_refused']);
    const revoked = await the.ask(alice.api, `${at}/revoke`, { body: order });
    expect([revoked.status, revoked.body]).toEqual([202, { receipt_id: receiptId, state: 'revoked' }]);
    const { body: found } = await the.ask(alice.api, at);
    expect(found).toMatchObject({
      state: 'revoked',
      revoked: { principal: 'alice', reason: 'the notes are wrong' },
    });
    expect(found.checks[8]).toMatchObject({ number: 9, now: { verdict: 'fails' } });
    await the.system.restart('publisher');
    await the.client.ended([runId]);
    const { body: run } = await the.ask(alice.api, `/v1/runs/${runId}`);
    expect(run.operations[0].phase).not.toBe('succeeded');
    expect((await allReleases(the.system.url)).map(({ tag_name: tag }) => tag)).not.toContain('v2.0.0');
  });

  it('given an order of a kind that is none of the address’s, then it is refused and nothing is done', async () => {
    const order = await alice.order({ kind: 'freeze', scopes: ['tenant:acme'] });
    const runId = await submitted('v3.0.0');
    await the.client.ended([runId]);
    for (const path of [`/v1/runs/${runId}/redrive`, `/v1/runs/${runId}/operations/release/reconcile`]) {
      const { status, body } = await the.ask(alice.api, path, { body: order });
      expect([path, status, body.code]).toEqual([path, 422, 'signature_refused']);
    }
    expect((await the.ask(alice.api, '/v1/freezes')).body.freezes).toEqual([]);
  });
});

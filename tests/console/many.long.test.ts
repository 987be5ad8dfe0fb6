import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryConsole, temporaryConsole } from '../support/console.js';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type Person, people } from './people.js';

const policy = `
@id("somebody-for-prereleases")
@reason("A prerelease is approved by somebody else.")
@remedy("Ask somebody: marketops approvals lists what waits.")
@approvals("1")
forbid (principal, action == Action::"publish_release", resource)
when { context.prerelease }
unless { context.approval_count >= 1 };
`;

let the: TemporaryConsole;
let local: string;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  the = await temporaryConsole();
  local = the.key('local', ['submitter', 'operator', 'approver']);
  writeFileSync(join(the.system.dir, 'policies', 'somebody.cedar'), policy);
  ({ alice, bob } = await people(the, ['alice', 'bob']));
  await the.client.until('the policies are in force', async () => {
    const last = (await the.client.systemEvents()).findLast(({ type }) => type === 'policy.loaded');
    // One more than `init` writes.
    return last?.type === 'policy.loaded' && last.data.policies > 4;
  });
}, 120_000);
afterAll(async () => {
  await the?.close();
});

async function submitted(mode: 'dry_run' | 'prod', tag: string, over: object = {}): Promise<string> {
  const { status, body } = await the.ask(local, '/v1/runs', {
    body: { tenant_id: 'acme', mode, repository: 'acme/widgets', operations: [{ ...release(tag), ...over }] },
  });
  expect([status, body.known]).toEqual([202, false]);
  return body.run_id;
}

/** A release that waits for somebody’s word. */
async function waiting(tag: string): Promise<string> {
  const runId = await submitted('prod', tag, { prerelease: true });
  const asked = async () => (await the.client.run(runId)).approvalRequests.length > 0;
  await the.client.until('somebody is asked', asked);
  return runId;
}

const tags = async () => (await allReleases(the.system.url)).map(({ tag_name: tag }) => tag);
const carry = (by: Person, runId: string, body: unknown) =>
  the.ask(by.api, `/v1/runs/${runId}/approvals`, { body });

describe('words over HTTP', () => {
  it('F3: given an approval, then it releases; the same again, altered, borrowed or taken to another run is refused', async () => {
    const [runId, other] = [await waiting('v1.0.0'), await waiting('v1.1.0')];
    const word = await alice.word(runId, 'grant');
    const attempts = {
      altered: await carry(alice, runId, { ...word, reason: 'not her words' }),
      prolonged: await carry(alice, runId, { ...word, expires_at: '2099-01-01T00:00:00.000Z' }),
      borrowed: await carry(bob, runId, word),
      'in the name of another': await carry(bob, runId, { ...word, approver: 'bob', key_id: 'bob-1' }),
      'taken to another run': await carry(alice, other, word),
      'bent to another run': await carry(alice, other, { ...word, run_id: other }),
    };
    for (const [what, { status, body }] of Object.entries(attempts))
      expect([what, status, body.code]).toEqual([what, 422, 'signature_refused']);
    expect((await the.client.run(runId)).approvals).toEqual([]);

    const carried = await carry(alice, runId, word);
    expect([carried.status, carried.body.type]).toEqual([201, 'approval.granted']);
    const replayed = await carry(alice, runId, word);
    expect(replayed.status).toBe(409);
    expect(['already_said', 'already_decided', 'run_ended']).toContain(replayed.body.code);
    await the.client.ended([runId]);
    expect((await carry(alice, runId, word)).body.code).toBe('run_ended');
    expect(await tags()).toContain('v1.0.0');
    expect(await tags()).not.toContain('v1.1.0');
    expect((await the.client.run(runId)).approvals).toHaveLength(1);
  });

  it('given a denial, then the run ends without it; nobody approves their own', async () => {
    const runId = await waiting('v2.0.0');
    const own = await the.ask(local, `/v1/runs/${runId}/approvals/to-sign`, {
      body: { verdict: 'grant', operations: 'all', key_id: 'alice-1' },
    });
    expect(own.status).toBe(422);
    expect((await carry(bob, runId, await bob.word(runId, 'deny'))).status).toBe(201);
    await the.client.ended([runId]);
    const { body } = await the.ask(bob.api, `/v1/runs/${runId}`);
    expect(body.status).toBe('blocked');
    expect(await tags()).not.toContain('v2.0.0');
  });

  it('given a grant is withdrawn before it was decided on, then it counts for nothing, and another is needed', async () => {
    const runId = await waiting('v2.1.0');
    // While federation is away nothing is decided: a word can still be taken back.
    await the.system.kill('federation');
    const grant = await alice.word(runId, 'grant');
    expect((await carry(alice, runId, grant)).status).toBe(201);
    const withdrawal = await alice.word(runId, 'withdraw', String(grant['approval_id']));
    const carried = await carry(alice, runId, withdrawal);
    expect([carried.status, carried.body.type]).toEqual([201, 'approval.withdrawn']);
    const { body } = await the.ask(alice.api, `/v1/runs/${runId}/approvals`);
    expect(body.said.map(({ counts }: { counts: boolean }) => counts)[0]).toBe(false);
    await the.system.restart('federation');
    expect((await carry(bob, runId, await bob.word(runId, 'grant'))).status).toBe(201);
    await the.client.ended([runId]);
    expect(await tags()).toContain('v2.1.0');
  });
});

describe('many runs at once over HTTP', () => {
  it('given runs of which some have ended, then what the preview showed is cancelled, and nothing else', async () => {
    const done = await submitted('dry_run', 'v3.0.0');
    await the.client.ended([done]);
    const open = [await waiting('v3.1.0'), await waiting('v3.2.0')];
    const listed = async () => {
      const rows = await Promise.all([done, ...open].map((id) => the.ask(local, `/v1/runs?q=${id}`)));
      return rows.every(({ body }) => body.runs.length === 1) && rows[0]?.body.runs[0].status === 'blocked';
    };
    await the.client.until('the list knows them', listed);
    const what = { run_ids: [done, ...open] };
    const { status, body: preview } = await the.ask(local, '/v1/bulk/preview', {
      body: { action: 'cancel', what },
    });
    expect(status).toBe(200);
    const eligible: string[] = preview.eligible.map(({ run_id: id }: { run_id: string }) => id);
    expect([...eligible].sort()).toEqual([...open].sort());
    expect(preview.refused).toMatchObject([{ run: { run_id: done }, code: 'run_ended' }]);
    for (const runId of open) expect((await the.client.run(runId)).cancelRequested).toBeUndefined();

    const doing = { action: 'cancel', preview_digest: preview.preview_digest, reason: 'not today' };
    const more = await the.ask(local, '/v1/bulk', { body: { ...doing, run_ids: [done, ...open] } });
    expect([more.status, more.body.code]).toEqual([409, 'preview_stale']);
    const cancelled = await the.ask(local, '/v1/bulk', { body: { ...doing, run_ids: eligible } });
    expect(cancelled.status).toBe(202);
    expect(cancelled.body.results.map(({ done: isDone }: { done: boolean }) => isDone)).toEqual([true, true]);
    await the.client.ended(open);
    for (const runId of open) expect((await the.client.run(runId)).completed?.data.status).toBe('cancelled');
    const late = await the.ask(local, '/v1/bulk', { body: { ...doing, run_ids: eligible } });
    expect(late.body.results).toMatchObject([{ done: false, code: 'run_ended' }, { done: false }]);
  });

  it('given an ended run, then it is asked for again by its own principal, once for a key, alone and among many', async () => {
    const runId = await submitted('dry_run', 'v4.0.0');
    const early = await the.ask(local, `/v1/runs/${await waiting('v4.1.0')}/retry`, { body: {} });
    expect([early.status, early.body.code]).toEqual([409, 'plan_refused']);
    await the.client.ended([runId]);
    const retry = (key: string) =>
      the.ask(key, `/v1/runs/${runId}/retry`, {
        body: { mode: 'prod' },
        headers: { 'idempotency-key': 'again' },
      });
    const first = await retry(local);
    expect(first.body).toMatchObject({ retry_of: runId, mode: 'prod', known: false, principal: 'local' });
    expect(first.status).toBe(202);
    await the.client.ended([first.body.run_id]);
    expect(await tags()).toContain('v4.0.0');
    expect((await retry(local)).body).toMatchObject({ run_id: first.body.run_id, known: true });
    const foreign = await retry(the.key('carol', ['submitter']));
    expect([foreign.status, foreign.body.code]).toEqual([409, 'plan_refused']);

    const ended = async () =>
      (await the.ask(local, `/v1/runs?q=${runId}`)).body.runs.some(
        ({ run_id: id, status }: { run_id: string; status: string }) => id === runId && status === 'blocked',
      );
    await the.client.until('the list knows its end', ended);
    const what = { run_ids: [runId] };
    const { body: preview } = await the.ask(local, '/v1/bulk/preview', { body: { action: 'retry', what } });
    const { preview_digest } = preview;
    const bulk = () =>
      the.ask(local, '/v1/bulk', { body: { action: 'retry', ...what, preview_digest, reason: 'once more' } });
    const [one, two] = [await bulk(), await bulk()];
    expect([one.status, one.body.results[0].done]).toEqual([202, true]);
    expect(two.body.results[0].new_run_id).toBe(one.body.results[0].new_run_id);
    await the.client.ended([one.body.results[0].new_run_id]);
  });
});

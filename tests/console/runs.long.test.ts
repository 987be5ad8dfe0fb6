import { type Followed, followEvents } from '@marketops/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryConsole, temporaryConsole } from '../support/console.js';

let the: TemporaryConsole;
let local: string;
beforeAll(async () => {
  the = await temporaryConsole();
  local = the.key('local', ['submitter', 'operator', 'approver', 'auditor', 'admin'], 'all');
}, 120_000);
afterAll(async () => {
  await the?.close();
});

const tag = (name: string, mode: 'dry_run' | 'prod' = 'dry_run') => ({
  tenant_id: 'acme',
  mode,
  repository: 'acme/widgets',
  operations: [{ id: 'tag', kind: 'tag_repo', tag_name: name, message: `Widgets ${name}` }],
});
const submit = (body: unknown, key = local, headers: Record<string, string> = {}) =>
  the.ask(key, '/v1/runs', { body, headers });

describe('the API over a whole system', () => {
  it('given a request, then 202 after the ledger’s word, and the run can be read in every view', async () => {
    const { status, body, headers } = await submit(tag('v9.0.0', 'prod'));
    expect(body).toMatchObject({ known: false, mode: 'prod', principal: 'local', planner_working: true });
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/runs/${body.run_id}`);
    await the.client.ended([body.run_id]);
    for (const path of [
      '',
      '/plan',
      '/timeline',
      '/states',
      '/ledger',
      '/advisory',
      '/approvals',
      '/redrive',
    ]) {
      const answer = await the.ask(local, `/v1/runs/${body.run_id}${path}`);
      expect([path, answer.status, answer.status === 200 ? '' : answer.body]).toEqual([path, 200, '']);
    }
    const { body: run } = await the.ask(local, `/v1/runs/${body.run_id}`);
    expect(run).toMatchObject({ mode: 'prod', banner: { kind: 'ended' }, status: 'completed' });
    expect(run.operations[0].checks).toHaveLength(12);
  });

  it('given every list and overview, then each is answered', async () => {
    const paths = [
      ...['/v1/runs', '/v1/run-totals', '/v1/exports/runs?format=csv', '/v1/exports/runs', '/v1/approvals'],
      ...['/v1/freezes', '/v1/in-flight', '/v1/receipts', '/v1/limits', '/v1/dead-letters', '/v1/overview'],
      ...['/v1/keys', '/v1/ledger', '/v1/ledger/entries', '/v1/ledger/journal', '/v1/ledger/checkpoint'],
      ...['/v1/ledger/keyring', '/v1/api-keys', '/v1/session', '/v1/sign-in', '/openapi.json', '/docs', '/'],
      ...['/docs/swagger-ui.css', '/queues', '/queues/api/queues'],
    ];
    const faults: unknown[] = [];
    for (const path of paths) {
      const answer = await the.ask(local, path);
      if (answer.status !== 200) faults.push([path, answer.status, answer.body]);
    }
    expect(faults).toEqual([]);
  });

  it('given the same key and request again, then the same run; given another request, then 409', async () => {
    const once = { 'idempotency-key': 'api-once' };
    const first = await submit(tag('v9.1.0'), local, once);
    const again = await submit(tag('v9.1.0'), local, once);
    expect(again.body).toMatchObject({ run_id: first.body.run_id, known: true });
    const atOnce = { 'idempotency-key': 'api-at-once' };
    const both = await Promise.all([1, 2, 3].map(() => submit(tag('v9.1.1'), local, atOnce)));
    expect(new Set(both.map(({ body }) => body.run_id)).size).toBe(1);
    const other = await submit(tag('v9.2.0'), local, once);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_conflict']);
    expect(other.headers.get('content-type')).toBe('application/problem+json');
    await the.client.ended([first.body.run_id]);
    const ended = await submit(tag('v9.1.0'), local, once);
    expect([ended.status, ended.body.known]).toEqual([202, true]);
  });

  it('given no mode, then a dry run; given a mode that is none, then mode_invalid', async () => {
    const { mode: _, ...plain } = tag('v9.3.0');
    expect((await submit(plain)).body).toMatchObject({ mode: 'dry_run' });
    for (const mode of ['PROD', 'prod ', '', 'production', null])
      expect([mode, (await submit({ ...plain, mode })).body.code]).toEqual([mode, 'mode_invalid']);
  });

  it('given an event stream that was left, then it goes on after the last message, none twice, none missing', async () => {
    const { body } = await submit(tag('v9.4.0', 'prod'));
    await the.client.ended([body.run_id]);
    for (const view of ['events', 'feed']) {
      const url = `${the.url}/v1/runs/${body.run_id}/events?view=${view}`;
      const whole: Followed[] = [];
      for await (const message of followEvents({ url, apiKey: local })) whole.push(message);
      expect(whole.at(-1)?.type).toBe('end');
      const told = whole.slice(0, -1);
      expect(told.length).toBeGreaterThan(3);
      for (const at of [0, Math.floor(told.length / 2), told.length - 1]) {
        const rest: Followed[] = [];
        const lastEventId = told[at]?.id ?? '';
        for await (const message of followEvents({ url, apiKey: local, lastEventId })) rest.push(message);
        const shown = (some: readonly Followed[]) => some.map(({ id, type }) => `${id} ${type}`);
        expect(shown(rest)).toEqual(shown(whole.slice(at + 1)));
      }
      if (view === 'feed')
        expect(told.map(({ type }) => type)).toEqual(
          expect.arrayContaining(['run.started', 'plan.generated', 'ledger.sealed', 'run.completed']),
        );
    }
  });

  it('given the list followed, then a run comes as it changes', async () => {
    const stop = new AbortController();
    const url = `${the.url}/v1/events`;
    let open = false;
    const seen = (async () => {
      for await (const { type, data } of followEvents({
        ...{ url, apiKey: local, signal: stop.signal },
        fetch: async (at, init) => {
          const response = await fetch(at, init);
          open = true;
          return response;
        },
      }))
        if (type === 'run.changed') return JSON.parse(data) as { run_id: string };
      return undefined;
    })();
    await the.client.until('the stream is open', async () => Promise.resolve(open));
    const { body } = await submit(tag('v9.5.0'));
    expect((await seen)?.run_id).toMatch(/^run_/);
    stop.abort();
    await the.client.ended([body.run_id]);
  });

  it('given a browser, then it signs in with a key, and what another site makes it send is refused', async () => {
    const own = { origin: the.url, 'sec-fetch-site': 'same-origin' };
    const signIn = (headers: Record<string, string>) =>
      the.ask(undefined, '/v1/session', { body: { api_key: local }, headers });
    const foreign = await signIn({ origin: 'https://evil.test' });
    expect([foreign.status, foreign.body.code]).toEqual([403, 'origin_refused']);
    const signedIn = await signIn(own);
    expect(signedIn.status).toBe(200);
    const set = signedIn.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/HttpOnly; SameSite=Lax$/);
    const cookie = set.split(';')[0] ?? '';
    const { body } = await the.ask(undefined, '/v1/session', { headers: { cookie } });
    expect(body).toMatchObject({ principal: 'local' });
    const forged = await the.ask(undefined, '/v1/runs', { body: tag('v9.6.0'), headers: { cookie } });
    expect([forged.status, forged.body.code]).toEqual([403, 'origin_refused']);
    const genuine = await the.ask(undefined, '/v1/runs', {
      body: tag('v9.6.0'),
      headers: { cookie, ...own },
    });
    expect(genuine.status).toBe(202);
    const left = await the.ask(undefined, '/v1/session', { method: 'DELETE', headers: { cookie, ...own } });
    expect(left.status).toBe(204);
    expect((await the.ask(undefined, '/v1/session', { headers: { cookie } })).status).toBe(401);
  });

  it('given a key that is revoked, then it is refused at once, and refusals are events that name the key', async () => {
    const made = await the.ask(local, '/v1/api-keys', {
      body: { name: 'short', principal: 'ci', tenants: ['acme'], roles: ['submitter'] },
    });
    expect(made.status).toBe(201);
    const { secret, key } = made.body;
    expect((await the.ask(secret, '/v1/runs')).status).toBe(200);
    expect((await the.ask(secret, '/v1/api-keys')).status).toBe(403);
    const revoked = await the.ask(local, `/v1/api-keys/${key.id}`, { method: 'DELETE' });
    expect(revoked.body.state).toBe('revoked');
    expect((await the.ask(secret, '/v1/runs')).body.code).toBe('unauthenticated');
    await the.client.until('the refusal is an event', async () =>
      (await the.client.systemEvents()).some(
        (event) => event.type === 'access.refused' && event.data.api_key_id === key.id,
      ),
    );
  });

  it('given any page or answer, then it may not be framed or sniffed, and loads nothing from elsewhere', async () => {
    for (const path of ['/', '/v1/runs', '/docs', '/queues']) {
      const { headers } = await the.ask(local, path);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
    expect((await the.ask(local, '/queues')).body).not.toMatch(/https?:\/\/fonts/);
  });
});

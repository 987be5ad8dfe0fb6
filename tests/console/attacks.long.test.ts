import { createPrivateKey, sign } from 'node:crypto';
import { connect } from 'node:net';
import { editKeyring, keyringPath } from '@marketops/engine';
import { apiRoles } from '@marketops/operator/api-keys';
import { generateSigningKey } from '@marketops/proof/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryConsole, temporaryConsole } from '../support/console.js';

let the: TemporaryConsole;
let all: string;
let stranger: string;
let ended: { readonly run_id: string; readonly receipt_id: string };

const tag = (name: string) => ({
  tenant_id: 'acme',
  mode: 'prod',
  repository: 'acme/widgets',
  operations: [{ id: 'tag', kind: 'tag_repo', tag_name: name, message: name }],
});

beforeAll(async () => {
  the = await temporaryConsole();
  all = the.key('local', apiRoles, 'all');
  stranger = the.key('stranger', apiRoles, ['beta']);
  const { body } = await the.ask(all, '/v1/runs', { body: tag('v6.0.0') });
  await the.client.ended([body.run_id]);
  const { started } = await the.client.operation(body.run_id, 'tag');
  ended = { run_id: body.run_id, receipt_id: started?.data.receipt_id ?? '' };
}, 120_000);
afterAll(async () => {
  await the?.close();
});

/** One request as it is written, however it is written; the answer whole. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(the.url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.end(text);
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}
const host = () => new URL(the.url).host;

describe('another tenant', () => {
  it('given a receipt or run of theirs and one that there is not, then the same words', async () => {
    const spoiled = (id: string) => `${id.slice(0, -2)}${id.endsWith('00') ? '11' : '00'}`;
    const asks = [
      [(id: string) => `/v1/receipts/${id}`, ended.receipt_id],
      [(id: string) => `/v1/receipts?after=${id}`, ended.receipt_id],
      [(id: string) => `/v1/runs/${id}`, ended.run_id],
      [(id: string) => `/v1/runs/${id}/proof`, ended.run_id],
      [(id: string) => `/v1/receipts?run_id=${id}`, ended.run_id],
    ] as const;
    for (const [path, id] of asks) {
      const [theirs, none] = [id, spoiled(id)];
      const [one, other] = [await the.ask(stranger, path(theirs)), await the.ask(stranger, path(none))];
      const said = ({ status, body }: typeof one, name: string) => [
        ...[status, body.code, body.detail.replaceAll(name, 'ID')],
      ];
      expect(said(one, theirs)).toEqual(said(other, none));
    }
  });

  it('given pages made of everybody’s runs, then no cursor names one of theirs, nor tells which there are', async () => {
    for (const path of ['/v1/receipts?limit=1', '/v1/dead-letters?limit=1']) {
      const { body } = await the.ask(stranger, path);
      expect(JSON.stringify(body)).not.toMatch(/run_|rcp_/);
    }
    for (const after of [ended.run_id, 'p1.', 'p1.-1', 'r1.1']) {
      const { status } = await the.ask(stranger, `/v1/dead-letters?after=${after}`);
      expect([after, status]).toEqual([after, 400]);
    }
    const first = await the.ask(all, '/v1/receipts?limit=1');
    expect(first.body.receipts).toHaveLength(1);
    const more = await the.ask(all, `/v1/receipts?after=${first.body.receipts[0].receipt_id}`);
    expect([more.status, more.body.receipts]).toEqual([200, []]);
  });
});

describe('roles', () => {
  it('given an operator who may not submit, then a bulk retry is no way round it, and is an event', async () => {
    const operator = the.key('local', ['operator']);
    const { body } = await the.ask(all, '/v1/bulk/preview', {
      body: { action: 'retry', what: { run_ids: [ended.run_id] } },
    });
    expect(body.eligible).toHaveLength(1);
    const { preview_digest } = body;
    const tried = await the.ask(operator, '/v1/bulk', {
      body: { action: 'retry', run_ids: [ended.run_id], preview_digest, reason: 'because' },
    });
    expect(tried.body.results).toMatchObject([{ done: false, code: 'forbidden', new_run_id: null }]);
    await the.client.until('the refusal is an event', async () =>
      (await the.client.systemEvents()).some(
        (event) => event.type === 'access.refused' && event.data.operation === 'doBulk',
      ),
    );
  });

  it('given the board of queues, then nobody writes a job with it, and only operators of all tend them', async () => {
    const queue = '/queues/api/queues/%7Bplans-local%7D';
    const auditor = the.key('aud', ['auditor'], 'all');
    const change = (key: string, path: string, method = 'PUT') =>
      the.ask(key, path, { method, body: { name: 'plan.requested', data: tag('v6.6.6'), options: {} } });
    for (const [path, method] of [
      [`${queue}/add`, 'POST'],
      [`${queue}/obliterate`, 'PUT'],
      [`${queue}/1/update-data`, 'PATCH'],
    ] as const)
      for (const key of [all, auditor])
        expect([path, (await change(key, path, method)).body.code]).toEqual([path, 'forbidden']);
    expect((await change(auditor, `${queue}/none/clean`)).body.code).toBe('forbidden');
    // There is no such job, and it was looked for.
    expect((await change(all, `${queue}/none/clean`)).status).toBe(404);
    expect((await the.ask(auditor, '/queues/api/queues')).status).toBe(200);
    expect((await the.ask(the.key('aud', ['auditor']), '/queues')).status).toBe(403);
  });

  it('given a principal that may not ask, then it learns neither who may, nor where the file lies', async () => {
    const { status, body } = await the.ask(the.key('nobody', ['submitter']), '/v1/runs', {
      body: tag('v6.1.0'),
    });
    expect([status, body.code]).toEqual([403, 'principal_not_allowed']);
    expect(JSON.stringify(body)).not.toContain(the.system.loaded.root);
    expect(JSON.stringify(body)).not.toMatch(/\blocal\b/);
  });
});

describe('what is sent', () => {
  it('given JSON that two parsers read differently, or without end, then it is refused before its schema', async () => {
    const twice = JSON.stringify(tag('v6.2.0')).replace('"mode":"prod"', '"mode":"prod","mode":"dry_run"');
    for (const body of [twice, '[[['.repeat(50_000), '{"__proto__":{"mode":"prod"}}', '{"mode":']) {
      const said = await the.ask(all, '/v1/runs', { body });
      expect([said.status, said.body.code]).toEqual([400, 'request_malformed']);
    }
    const large = await the.ask(all, '/v1/runs', { body: JSON.stringify('x'.repeat(1_048_577)) });
    expect([large.status, large.body.code]).toEqual([413, 'request_too_large']);
  });

  it('given a name that was made to point here, or none, then nothing is answered but a refusal', async () => {
    for (const text of [
      `GET /v1/sign-in HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: ${host()}.evil.test\r\nConnection: close\r\n\r\n`,
      'GET /v1/sign-in HTTP/1.0\r\n\r\n',
    ])
      expect(await raw(text)).toMatch(/^HTTP\/1\.1 (?:403|400) /);
  });

  it('given a path that leads out of its folder, then nothing of the disk', async () => {
    const outside = [
      ...['/assets/..%2f..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..\\..\\etc\\passwd'],
      ...['/queues/static/..%2f..%2f..%2f..%2fpackage.json', '/queues/static/%2e%2e/%2e%2e/package.json'],
      ...[
        '/v1/ledger/journal/..%2fkeyring.json',
        '/v1/ledger/journal/a%00b',
        '/v1/ledger/tile/0/..%2f..%2fx',
      ],
    ];
    for (const path of outside) {
      const answer = await raw(
        `GET ${path} HTTP/1.1\r\nHost: ${host()}\r\nAuthorization: Bearer ${all}\r\nConnection: close\r\n\r\n`,
      );
      expect([path, /root:x:|"workspaces"|"key_id"/.test(answer)]).toEqual([path, false]);
      expect(answer.toLowerCase()).toContain('content-security-policy:');
    }
  });

  it('given a refusal of any kind, then it carries the headers that every answer has', async () => {
    for (const path of ['/', '/docs', '/queues'])
      expect((await the.ask(all, path)).headers.get('content-security-policy')).not.toContain('unsafe');
    const answers = [
      await the.ask(undefined, '/v1/runs'),
      await the.ask(all, '/v1/nothing'),
      await the.ask(all, '/v1/runs/x'),
      await the.ask(all, '/v1/runs', { method: 'PUT' }),
      await the.ask(all, '/v1/runs', { body: '{', headers: { 'content-type': 'text/plain' } }),
    ];
    for (const { headers } of answers) {
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('an order that was carried', () => {
  it('given the same signed order again, then it is refused: one signature is for one deed', async () => {
    const { privatePem, publicRawBase64 } = generateSigningKey();
    await editKeyring(keyringPath(the.system.loaded.dataDir), (ring) => ({
      ...ring,
      keys: [
        ...ring.keys,
        {
          ...{ key_id: 'alice-1', purpose: 'approver', algorithm: 'ed25519', public_key: publicRawBase64 },
          ...{ not_before: '2020-01-01T00:00:00.000Z', revoked_at: null, principal: 'alice', groups: [] },
        },
      ],
    }));
    const alice = the.key('alice', ['operator']);
    await the.client.until('the console knows the new key', async () => {
      const { body } = await the.ask(alice, '/v1/session');
      return body.approver_keys?.length === 1;
    });
    const prepared = (action: object) =>
      the.ask(alice, '/v1/commands/to-sign', { body: { action, reason: 'because', key_id: 'alice-1' } });
    const { body } = await prepared({ kind: 'freeze', scopes: ['tenant:acme'] });
    const bytes = Buffer.from(body.pae_base64, 'base64');
    const signature = sign(null, bytes, createPrivateKey(privatePem)).toString('base64');
    const order = { ...body.claims, signature };
    expect((await the.ask(alice, '/v1/freezes', { body: order })).status).toBe(201);
    const again = await the.ask(alice, '/v1/freezes', { body: order });
    expect([again.status, again.body.code]).toEqual([409, 'already_said']);
    // What another tenant has frozen is nobody else’s to learn from an order that they only prepare.
    const unfreeze = { kind: 'unfreeze', scopes: ['tenant:acme'] };
    expect((await prepared(unfreeze)).body.claims.action.freezes).toHaveLength(1);
    const foreign = await the.ask(the.key('alice', ['operator'], ['beta']), '/v1/commands/to-sign', {
      body: { action: unfreeze, reason: 'because', key_id: 'alice-1' },
    });
    expect([foreign.status, foreign.body.claims.action.freezes]).toEqual([200, []]);
  });
});

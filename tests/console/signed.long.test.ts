import { createPrivateKey, sign } from 'node:crypto';
import { editKeyring, keyringPath } from '@marketops/engine';
import { generateSigningKey } from '@marketops/proof/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryConsole, temporaryConsole } from '../support/console.js';

let the: TemporaryConsole;
const people = new Map<string, { readonly pem: string; readonly api: string }>();

/** Somebody with a signing key of their own in the keyring, and a key of the API. */
async function person(name: string): Promise<void> {
  const { privatePem, publicRawBase64 } = generateSigningKey();
  await editKeyring(keyringPath(the.system.loaded.dataDir), (ring) => ({
    ...ring,
    keys: [
      ...ring.keys,
      {
        ...{ key_id: `${name}-1`, purpose: 'approver', algorithm: 'ed25519', public_key: publicRawBase64 },
        ...{ not_before: '2020-01-01T00:00:00.000Z', revoked_at: null, principal: name, groups: [] },
      },
    ],
  }));
  people.set(name, { pem: privatePem, api: the.key(name, ['approver', 'operator'], 'all') });
}
const of = (name: string) => people.get(name) ?? { pem: '', api: '' };
const signed = (name: string, { claims, pae_base64 }: { claims: object; pae_base64: string }) => ({
  ...claims,
  signature: sign(null, Buffer.from(pae_base64, 'base64'), createPrivateKey(of(name).pem)).toString('base64'),
});
const prepared = async (name: string, action: object) => {
  const { body } = await the.ask(of(name).api, '/v1/commands/to-sign', {
    body: { action, reason: 'because', key_id: `${name}-1` },
  });
  return body;
};

beforeAll(async () => {
  the = await temporaryConsole();
  for (const name of ['alice', 'bob']) await person(name);
  await the.client.until('the console knows the new keys', async () => {
    const { body } = await the.ask(of('bob').api, '/v1/session');
    return body.approver_keys?.length === 1;
  });
}, 120_000);
afterAll(async () => {
  await the?.close();
});

describe('what people sign, carried by the API', () => {
  it('O2: given a freeze by one person, then nobody but another lifts it', async () => {
    const order = signed('alice', await prepared('alice', { kind: 'freeze', scopes: ['tenant:acme'] }));
    const altered = await the.ask(of('alice').api, '/v1/freezes', { body: { ...order, reason: 'another' } });
    expect([altered.status, altered.body.code]).toEqual([422, 'signature_refused']);
    const borrowed = await the.ask(of('bob').api, '/v1/freezes', { body: order });
    expect([borrowed.status, borrowed.body.code]).toEqual([422, 'signature_refused']);
    const frozen = await the.ask(of('alice').api, '/v1/freezes', { body: order });
    expect([frozen.status, frozen.body.scope]).toEqual([201, 'tenant:acme']);
    expect((await the.ask(of('bob').api, '/v1/freezes')).body.freezes).toMatchObject([
      { scope: 'tenant:acme', agrees: true, frozen_by: [{ principal: 'alice' }] },
    ]);
    const unfreeze = { kind: 'unfreeze', scopes: ['tenant:acme'] };
    const own = await the.ask(of('alice').api, '/v1/unfreezes', {
      body: signed('alice', await prepared('alice', unfreeze)),
    });
    expect([own.status, own.body.code]).toEqual([409, 'second_person_needed']);
    const lifted = await the.ask(of('bob').api, '/v1/unfreezes', {
      body: signed('bob', await prepared('bob', unfreeze)),
    });
    expect([lifted.status, lifted.body.still_frozen]).toEqual([201, []]);
  });

  it('given an approval of an ended run, then there is nothing to sign, and no word of another is carried', async () => {
    const submitter = the.key('local', ['submitter']);
    const { body } = await the.ask(submitter, '/v1/runs', {
      body: {
        ...{ tenant_id: 'acme', repository: 'acme/widgets' },
        operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v7.0.0' }],
      },
    });
    await the.client.ended([body.run_id]);
    const asked = await the.ask(of('bob').api, `/v1/runs/${body.run_id}/approvals/to-sign`, {
      body: { verdict: 'grant', operations: 'all', key_id: 'bob-1' },
    });
    expect([asked.status, asked.body.code]).toEqual([409, 'run_ended']);
    const foreign = await the.ask(of('bob').api, `/v1/runs/${body.run_id}/approvals/to-sign`, {
      body: { verdict: 'grant', operations: 'all', key_id: 'alice-1' },
    });
    expect([foreign.status, foreign.body.code]).toEqual([422, 'signature_refused']);
  });
});

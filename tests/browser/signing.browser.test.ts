import { mkdirSync, writeFileSync } from 'node:fs';
import {
  Approval,
  type ApprovalClaims,
  type ApproverPasskey,
  approvalPayloadType,
  type Operation,
  PasskeyListing,
  type PublicationPlan,
  type PublicKey,
} from '@marketops/contracts';
import { hear } from '@marketops/policy/hearing';
import {
  approvalBytes,
  base64Url,
  canonicalJson,
  decodePasskeyListing,
  encodeBase64,
  openKeyring,
  operationDigest,
  passkeyChallenge,
  planDigest,
  verifyApproval,
} from '@marketops/proof';
import { generateSigningKey, nodeCrypto } from '@marketops/proof/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSigningBrowser, type SigningBrowser, type SigningPage } from './support/signing-page.js';

const runId = `run_${'a'.repeat(26)}`;
const audience = { environment: 'test', api_origin: 'https://api.github.test', log_origin: 'x.test/log' };
const operation: Operation = {
  ...{ operation_id: 'tag', kind: 'tag_repo', tag_name: 'v1.4.0', target_sha: 'a1'.repeat(20), message: 'x' },
  repository: { id: 42, owner: 'acme', name: 'widgets' },
};
const plan: PublicationPlan = {
  ...{ version: 1, run_id: runId, tenant_id: 'acme', principal: 'ci', mode: 'prod' },
  request_digest: 'f0'.repeat(32),
  operations: [
    {
      ...{ operation_id: 'tag', kind: 'tag_repo', repository: 'acme/widgets', depends_on: [] },
      operation_digest: operationDigest(nodeCrypto, operation),
      ...{ blocked_by_mode: false, would_ship: true, reasons: [], missing_prerequisites: [] },
    },
  ],
};
const common = { not_before: '2020-01-01T00:00:00.000Z', revoked_at: null };

/** What the API hands over for this key, and what the page asked for. */
function handed(key: PublicKey & { readonly principal: string }, over: Partial<ApprovalClaims> = {}) {
  const nowMs = Date.now();
  const claims: ApprovalClaims = {
    ...{ version: 1, approval_id: '01JABCDEFGHJKMNPQRSTVWXYZ0', verdict: 'grant', run_id: runId },
    ...{ plan_digest: planDigest(nodeCrypto, plan), operations: 'all', audience, withdraws: null },
    ...{ approver: key.principal, key_id: key.key_id, reason: 'read the notes' },
    issued_at: new Date(nowMs).toISOString(),
    expires_at: new Date(nowMs + 3_600_000).toISOString(),
    ...over,
  };
  const bytes = approvalBytes(claims);
  const toSign = {
    claims,
    payload_type: approvalPayloadType,
    payload_base64: encodeBase64(Buffer.from(canonicalJson(claims))),
    pae_base64: encodeBase64(Buffer.from(bytes)),
    challenge: base64Url(passkeyChallenge(nodeCrypto, bytes)),
  };
  const { approver, key_id: keyId, reason } = claims;
  const asked = {
    ...{ runId, verdict: 'grant', operations: 'all', approver, keyId, reason, withdraws: null, audience },
    expiresInMs: 3_600_000,
  };
  const listed =
    key.algorithm === 'webauthn-es256'
      ? { ...key, passkey: { credential_id: key.credential_id, rp_id: key.rp_id, origins: key.origins } }
      : key;
  return { toSign, asked, listed, shown: { plan, operations: [operation] } };
}

const confirmAndSign = (signer: string) => `(async () => {
  const { faults, confirmed } = signing.confirmWhatIsSigned(webCrypto, toSign, shown, asked, Date.now());
  if (confirmed === undefined) return { faults };
  try {
    return { approval: await signing.signApprovalWith(webCrypto, ${signer}, confirmed, listed) };
  } catch (fault) { return { code: fault.code, message: fault.message }; }
})()`;
const withPasskey = confirmAndSign('signing.passkeySigner(listed)');
const approvalOf = (answer: unknown): Approval => Approval.parse((answer as { approval: unknown }).approval);
const keyringOf = (...keys: readonly PublicKey[]) =>
  openKeyring(nodeCrypto, {
    ...{ version: 1, environment: 'test', log_origin: 'x.test/log' },
    keys: [...keys],
  });
const counted = (approval: Approval, ...keys: readonly PublicKey[]) => {
  const subject = {
    ...{ crypto: nodeCrypto, keyring: keyringOf(...keys), audience, nowMs: Date.now(), runId },
    ...{ planDigest: planDigest(nodeCrypto, plan), requesters: new Set(['ci']), redriver: null },
  };
  const time = new Date().toISOString();
  return hear(subject, { approvals: [{ time, data: { approval } }], evidence: [] }).grants('tag');
};

let browser: SigningBrowser;
let here: SigningPage;
let passkey: ApproverPasskey;
beforeAll(async () => {
  browser = await openSigningBrowser();
  here = await browser.open();
  const made = PasskeyListing.parse(await here.run("signing.makePasskey('bob')"));
  const line = String(await here.run('signing.listingLine(made)', { made }));
  const token = line.replace('marketops approver add bob --passkey ', '');
  const { version: _version, ...listing } = decodePasskeyListing(token);
  passkey = {
    ...common,
    key_id: 'bob-passkey',
    purpose: 'approver',
    groups: ['release-managers'],
    ...listing,
  };
});
afterAll(() => browser.close());

describe('a passkey in a real browser', () => {
  it('F3: given a person uses it for the plan on the page, then it holds in Node and counts', async () => {
    const answer = await here.run(withPasskey, handed(passkey));
    const approval = approvalOf(answer);
    expect(verifyApproval(nodeCrypto, approval, { keyring: keyringOf(passkey) })).toMatchObject({
      principal: 'bob',
    });
    expect(counted(approval, passkey)).toMatchObject([{ principal: 'bob', groups: ['release-managers'] }]);
    // A real assertion, for the tests that have no browser: shared/proof/src/passkey/chromium-passkey.json.
    const record = process.env['MARKETOPS_RECORD_ASSERTION'];
    if (record !== undefined) {
      mkdirSync(new URL('.', `file://${record}`), { recursive: true });
      writeFileSync(record, `${JSON.stringify({ passkey, approval }, null, 2)}\n`);
    }
  });

  it('given it is asked often, then the lower s is carried each time', async () => {
    for (let time = 0; time < 12; time += 1) {
      const approval = approvalOf(await here.run(withPasskey, handed(passkey)));
      expect(counted(approval, passkey)).toHaveLength(1);
    }
  });

  it('given the authenticator does not know who uses it, then nothing is signed', async () => {
    await here.verifyUser(false);
    const answer = await here.run(withPasskey, handed(passkey));
    await here.verifyUser(true);
    expect(answer).toMatchObject({ code: 'passkey_not_used' });
  });

  it('given a page of another origin, then it is refused there, and in Node where the page was made to try', async () => {
    const elsewhere = await browser.open();
    const given = handed(passkey);
    await expect(elsewhere.run('signing.passkeySigner(listed)', given)).rejects.toThrow(/is no passkey for/);
    // The same machine is one relying party on every port: what tells the pages apart is the origin.
    const { credentials } = await here.cdp.send('WebAuthn.getCredentials', {
      authenticatorId: here.authenticatorId,
    });
    const [credential] = credentials;
    if (credential === undefined) throw new Error('the authenticator has no passkey');
    await elsewhere.cdp.send('WebAuthn.addCredential', {
      authenticatorId: elsewhere.authenticatorId,
      credential,
    });
    const moved = { ...passkey, origins: [elsewhere.origin] };
    const approval = approvalOf(await elsewhere.run(withPasskey, handed(moved)));
    expect(counted(approval, moved)).toHaveLength(1);
    expect(counted(approval, passkey)).toEqual([]);
    expect(() => verifyApproval(nodeCrypto, approval, { keyring: keyringOf(passkey) })).toThrowError(
      expect.objectContaining({ code: 'assertion_wrong_origin' }),
    );
  });

  it('given the server hands over another plan’s statement, then the page finds it before anything is signed', async () => {
    const given = handed(passkey, { plan_digest: 'b'.repeat(64) });
    expect(await here.run(withPasskey, given)).toEqual({
      faults: [{ of: 'plan', message: 'The plan on this page is not the one to be signed.' }],
    });
  });
});

describe('an own key in a real browser', () => {
  it('F3: given a key made there, then it is kept, nothing reads it, and what it signs counts', async () => {
    const publicKey = String(
      await here.run(`(async () => {
        const key = await signing.makeOwnKey('alice');
        await signing.keepOwnKey(key);
        return key.publicKey;
      })()`),
    );
    await here.page.reload();
    await here.page.waitForFunction('globalThis.signing !== undefined');
    const [kept] =
      (await here.run(`(await signing.keptOwnKeys('alice')).map(({ keyId, publicKey, privateKey }) =>
      ({ keyId, publicKey, extractable: privateKey.extractable }))`)) as { keyId: string }[];
    expect(kept).toEqual({
      keyId: expect.stringMatching(/^alice-[0-9a-f]{8}$/),
      publicKey,
      extractable: false,
    });
    await expect(
      here.run("crypto.subtle.exportKey('pkcs8', (await signing.keptOwnKeys('alice'))[0].privateKey)"),
    ).rejects.toThrow(/not extractable/);
    const key = ownKey('alice', kept?.keyId ?? '', publicKey);
    const signer = "signing.ownKeySigner((await signing.keptOwnKeys('alice'))[0])";
    const approval = approvalOf(await here.run(confirmAndSign(signer), handed(key)));
    expect(counted(approval, key)).toMatchObject([{ principal: 'alice' }]);
    await here.run('signing.forgetOwnKey(keyId)', { keyId: kept?.keyId ?? '' });
    expect(await here.run('(await signing.keptOwnKeys()).length')).toBe(0);
  });

  it('given the key file that the command writes, then it is opened there, and what it signs counts', async () => {
    const { privatePem, publicRawBase64 } = generateSigningKey();
    const file = { key_id: 'carol-1', algorithm: 'ed25519', private_key: privatePem, principal: 'carol' };
    const key = ownKey('carol', 'carol-1', publicRawBase64);
    const signer = `signing.ownKeySigner(await signing.openKeyFile(${JSON.stringify(`${JSON.stringify(file)}\n`)}))`;
    const approval = approvalOf(await here.run(confirmAndSign(signer), handed(key)));
    expect(counted(approval, key)).toMatchObject([{ principal: 'carol' }]);
    const { publicRawBase64: other } = generateSigningKey();
    expect(await here.run(confirmAndSign(signer), handed({ ...key, public_key: other }))).toMatchObject({
      code: 'signature_not_yours',
    });
  });

  it.each([
    '',
    '{}',
    'not a key',
    JSON.stringify({ key_id: 'a-1', algorithm: 'ed25519', private_key: 'secret' }),
  ])('given a file that is no key (%j), then it is refused without quoting it', async (text) => {
    const answer = await here.run(
      `(async () => {
          try { await signing.openKeyFile(text); } catch (fault) { return [fault.code, fault.message].join(' '); }
        })()`,
      { text },
    );
    expect(answer).toMatch(/^key_file_invalid /);
    expect(answer).not.toContain('secret');
  });
});

const ownKey = (principal: string, key_id: string, public_key: string) =>
  ({
    ...{ ...common, key_id, principal, public_key, groups: [] },
    ...{ purpose: 'approver', algorithm: 'ed25519' },
  }) as const satisfies object as PublicKey & { readonly principal: string };

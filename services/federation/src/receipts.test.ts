import { Receipt, type Receipt as ReceiptOf } from '@marketops/contracts';
import {
  operationDigest,
  planDigest,
  signReceipt,
  verifyReceiptOrigin,
  verifyReceiptSignatures,
} from '@marketops/proof';
import { generateHmacKey, loadHmacKey, nodeCrypto } from '@marketops/proof/node';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness, receiptTtlMs } from './testing/harness.js';
import { runId, sayPlan, tagOf } from './testing/plan.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
});
afterEach(() => its.engine.close());

const issued = async (): Promise<ReceiptOf> => {
  await its.plan([tagOf()]);
  await its.ask(['tag']);
  return (await its.receipt('tag')) ?? expect.fail('no receipt');
};
const hmacKeys = () => new Map([[its.engine.keys.hmac.keyId, its.engine.keys.hmac.key]]);
const verify = (receipt: ReceiptOf) =>
  verifyReceiptSignatures(nodeCrypto, receipt, { keyring: its.engine.keyring, hmacKeys: hmacKeys() });

describe('an enforceable receipt', () => {
  it('P2, R2: all receipts signed: both signatures verify, and a stranger can verify the one only federation makes', async () => {
    const receipt = await issued();
    verify(receipt);
    verifyReceiptOrigin(nodeCrypto, receipt, { keyring: its.engine.keyring });
    expect(Receipt.parse(receipt)).toEqual(receipt);
  });

  it('P3: receipts bound to run and kind, and to operation, plan, tenant and epoch', async () => {
    const plan = await sayPlan(its.engine, [tagOf()]);
    await its.ask(['tag']);
    expect(await its.receipt('tag')).toMatchObject({
      run_id: runId,
      operation_id: 'tag',
      operation_kind: 'tag_repo',
      operation_digest: operationDigest(nodeCrypto, tagOf()),
      plan_digest: planDigest(nodeCrypto, plan),
      tenant_id: 'acme',
      epoch: 1,
    });
  });

  it('P5: receipts have issue and expiry times and start unconsumed', async () => {
    const receipt = await issued();
    const nowMs = its.engine.clock.nowMs();
    expect(receipt).toMatchObject({
      issued_at: new Date(nowMs).toISOString(),
      not_before: new Date(nowMs).toISOString(),
      expires_at: new Date(nowMs + receiptTtlMs).toISOString(),
    });
    const { phase, started } = await its.operation('tag');
    expect([phase, started]).toEqual(['authorized', undefined]);
  });

  it('F1: generator represents federation: issuer, audience and the key only it holds', async () => {
    const receipt = await issued();
    expect(receipt).toMatchObject({
      issuer: 'federation-test',
      audience: {
        environment: 'test',
        api_origin: 'https://api.github.test',
        log_origin: 'marketops.test/log',
      },
      key_id: 'federation-mint',
      hmac_key_id: 'receipt-hmac',
    });
    expect(
      its.engine.keys.published.keys.flatMap((key) => (key.purpose === 'mint' ? [key.actor] : [])),
    ).toEqual(['federation']);
  });

  it('R1: given two operations, then each has a receipt of its own, worth nothing for the other', async () => {
    await its.plan([tagOf('a'), tagOf('b')]);
    await its.ask();
    const [a, b] = [await its.receipt('a'), await its.receipt('b')];
    for (const field of ['receipt_id', 'operation_id', 'operation_digest', 'decision_id'] as const)
      expect(a?.[field]).not.toBe(b?.[field]);
    expect(a?.plan_digest).toBe(b?.plan_digest);
  });
});

describe('signatures cannot be forged', () => {
  const changed: Record<keyof Omit<ReceiptOf, 'signatures' | 'supersedes'>, unknown> = {
    receipt_id: 'rcp_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    run_id: `run_${'b'.repeat(26)}`,
    operation_id: 'other',
    operation_kind: 'publish_release',
    operation_digest: '1'.repeat(64),
    plan_digest: '1'.repeat(64),
    tenant_id: 'rival',
    mode: 'dry_run',
    enforceable: false,
    issuer: 'somebody',
    audience: { environment: 'prod', api_origin: 'https://api.github.com', log_origin: 'x' },
    epoch: 2,
    policy_digest: '1'.repeat(64),
    evidence_digest: '1'.repeat(64),
    decision_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    issued_at: '2027-01-01T00:00:00.000Z',
    not_before: '2020-01-01T00:00:00.000Z',
    expires_at: '2030-01-01T00:00:00.000Z',
    key_id: 'publisher-actor',
    hmac_key_id: 'other-hmac',
  };

  it('P2: given any field is changed, then both signatures are worth nothing', async () => {
    const receipt = await issued();
    for (const [field, value] of Object.entries(changed)) {
      const forged = { ...receipt, [field]: value } as ReceiptOf;
      expect(() => verify(forged), field).toThrow();
      expect(() => verifyReceiptOrigin(nodeCrypto, forged, { keyring: its.engine.keyring }), field).toThrow();
    }
    expect(Object.keys(changed).sort()).toEqual(
      Object.keys(receipt)
        .filter((name) => name !== 'signatures')
        .sort(),
    );
  });

  it('P2, R2: given any bytes for a signature, then it does not hold', async () => {
    const receipt = await issued();
    const bytes = fc.uint8Array({ maxLength: 80 }).map((raw) => Buffer.from(raw).toString('base64'));
    fc.assert(
      fc.property(fc.constantFrom('hmac_sha256', 'ed25519'), bytes, (which, signature) => {
        expect(() =>
          verify({ ...receipt, signatures: { ...receipt.signatures, [which]: signature } }),
        ).toThrow();
      }),
      { numRuns: 50 },
    );
  });

  it('R2, F1: given the publisher signs with all it holds, then it has made no receipt', async () => {
    const { signatures: _, ...claims } = await issued();
    const { key } = its.engine.keys.signing('publisher');
    const forged = signReceipt(nodeCrypto, claims, { ed25519: key, hmac: its.engine.keys.hmac.key });
    expect(() => verify(forged)).toThrowError(expect.objectContaining({ code: 'signature_invalid' }));
    const named = signReceipt(
      nodeCrypto,
      { ...claims, key_id: 'publisher-actor' },
      { ed25519: key, hmac: its.engine.keys.hmac.key },
    );
    expect(() => verify(named)).toThrowError(expect.objectContaining({ code: 'key_wrong_purpose' }));
  });

  it('P2: given the right mint key and another HMAC key, then it has made no receipt either', async () => {
    const { signatures: _, ...claims } = await issued();
    const { key } = its.engine.keys.signing('federation', 'mint');
    const forged = signReceipt(nodeCrypto, claims, { ed25519: key, hmac: loadHmacKey(generateHmacKey()) });
    expect(() => verify(forged)).toThrowError(expect.objectContaining({ code: 'signature_invalid' }));
  });
});

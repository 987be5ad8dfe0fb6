import { type Receipt, receiptPayloadType } from '@marketops/contracts';
import { canonicalJson, preAuthEncoding, signReceipt } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizePublicationPlan } from './authorize-plan.js';
import { getIssuanceAudit, getIssuedReceipts } from './issuance.js';
import { type Harness, openHarness } from './testing/harness.js';
import { runId, tagOf } from './testing/plan.js';
import { verifyReceipt } from './verify-receipt.js';

/*
 * What was asked of federation in its own words, by the library. The words that are not here stand beside what they are
 * about: receipts.test.ts (generator represents federation; all receipts signed; signatures cannot be forged; receipts bound
 * to run and kind; receipts have issue and expiry times and start unconsumed), authorization.test.ts (approved operations get
 * enforceable receipts), advisories.test.ts (denied ones get advisory, marked as such; policy checks repository against the
 * allowed list), issuance.test.ts (all issuances audited).
 */

let its: Harness;
let receipt: Receipt;
beforeEach(async () => {
  its = await openHarness();
  await its.plan([tagOf('a'), tagOf('b', { repository: { id: 9, owner: 'rival', name: 'secret' } })]);
  const { receipts } = await authorizePublicationPlan(its.engine, its.authorizer, runId);
  receipt = receipts['a'] ?? expect.fail('no receipt');
});
afterEach(() => its.engine.close());

const verify = (value: unknown, nowMs = its.engine.clock.nowMs()) =>
  verifyReceipt(
    nodeCrypto,
    {
      keyring: its.engine.keyring,
      hmacKeys: new Map([[its.engine.keys.hmac.keyId, its.engine.keys.hmac.key]]),
    },
    value,
    nowMs,
  );
const refusedAs = (code: string) => expect.objectContaining({ code });

describe('the complete issuance', () => {
  it('F1, F3: a plan is authorized, its receipt verified, and everything issued is in the audit', async () => {
    expect(verify(structuredClone(receipt))).toEqual(receipt);
    expect(await getIssuedReceipts(its.engine.reader, runId, ['a', 'b'])).toEqual([receipt]);
    const audit = await getIssuanceAudit(its.engine.reader, runId, ['a', 'b']);
    expect(audit.map(({ operation_id, enforceable }) => [operation_id, enforceable])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });
});

describe('invalid signatures and forgeries refused', () => {
  it.each<[string, string, (genuine: Receipt) => unknown]>([
    ['nothing', 'receipt_unreadable', () => undefined],
    ['a text', 'receipt_unreadable', () => 'receipt'],
    ['no signatures', 'receipt_unreadable', ({ signatures: _, ...claims }) => claims],
    ['a field nobody signed', 'receipt_unreadable', (genuine) => ({ ...genuine, approved: true })],
    ['an advisory’s mark', 'receipt_unreadable', (genuine) => ({ ...genuine, enforceable: false })],
    ['another operation', 'signature_invalid', (genuine) => ({ ...genuine, operation_id: 'b' })],
    ['another kind', 'signature_invalid', (genuine) => ({ ...genuine, operation_kind: 'open_pr' })],
    ['another run', 'signature_invalid', (genuine) => ({ ...genuine, run_id: `run_${'b'.repeat(26)}` })],
    [
      'a later expiry',
      'signature_invalid',
      (genuine) => ({ ...genuine, expires_at: '2027-01-01T00:00:00.000Z' }),
    ],
    [
      'its two signatures exchanged',
      'signature_malformed',
      (genuine) => ({
        ...genuine,
        signatures: {
          hmac_sha256: genuine.signatures.ed25519,
          ed25519: genuine.signatures.hmac_sha256,
        },
      }),
    ],
    ['a key nobody knows', 'key_unknown', (genuine) => ({ ...genuine, hmac_key_id: 'other' })],
  ])('F3: given %s, then it is refused', (_what, code, forge) => {
    expect(() => verify(forge(receipt))).toThrowError(refusedAs(code));
  });

  it('R2: given the publisher forges one with all it holds, then it is refused', () => {
    const { signatures: _, ...claims } = receipt;
    const { keyId, key } = its.engine.keys.signing('publisher');
    const keys = { ed25519: key, hmac: its.engine.keys.hmac.key };
    expect(() => verify(signReceipt(nodeCrypto, claims, keys))).toThrowError(refusedAs('signature_invalid'));
    expect(() => verify(signReceipt(nodeCrypto, { ...claims, key_id: keyId }, keys))).toThrowError(
      refusedAs('key_wrong_purpose'),
    );
  });

  it('F3: given a signature over the same claims as something else than a receipt, then it is refused', () => {
    const { signatures, ...claims } = receipt;
    const { key } = its.engine.keys.signing('federation', 'mint');
    const bytes = preAuthEncoding(receiptPayloadType.replace('receipt', 'advisory'), canonicalJson(claims));
    const ed25519 = Buffer.from(nodeCrypto.sign(key, bytes)).toString('base64');
    expect(() => verify({ ...claims, signatures: { ...signatures, ed25519 } })).toThrowError(
      refusedAs('signature_invalid'),
    );
  });

  it('F3: given the mint’s key was not valid yet, then it is refused', () => {
    expect(() => verify(receipt, Date.parse('2019-12-31T23:59:59.999Z'))).toThrowError(
      refusedAs('key_not_yet_valid'),
    );
  });
});

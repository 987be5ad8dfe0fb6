import { Advisory, type Operation, type PublicationPlan, Receipt } from '@marketops/contracts';
import { describe, expect, test } from 'vitest';
import { encodeBase64 } from './base64.js';
import { canonicalJson } from './canonical.js';
import type { HmacKey, SigningKey } from './crypto-port.js';
import { generateHmacKey, loadHmacKey } from './node.js';
import { preAuthEncoding } from './pae.js';
import {
  type MintSigner,
  mintAdvisory,
  mintReceipt,
  operationDigest,
  planDigest,
  signAdvisory,
  signReceipt,
  verifyAdvisory,
  verifyReceiptOrigin,
  verifyReceiptSignatures,
} from './receipts.js';
import { createSignatureCache } from './signature-cache.js';
import {
  advisoryClaims,
  at,
  crypto,
  hmacKey,
  keyring,
  mint,
  publisher,
  receiptClaims,
} from './testing/fixtures.js';
import { mutationsOf, survivorsOf } from './testing/mutate.js';

const hmacKeys: ReadonlyMap<string, HmacKey> = new Map([['hmac-1', hmacKey]]);
const trust = { keyring, hmacKeys, at };
const keys = { ed25519: mint.signing, hmac: hmacKey };
const receipt = signReceipt(crypto, receiptClaims, keys);
const refusal = (code: string): unknown => expect.objectContaining({ code });
const claimsBytes = preAuthEncoding(
  'application/vnd.marketops.receipt.v1+json',
  canonicalJson(receiptClaims),
);

describe('receipts', () => {
  test('given claims, when signed, then the receipt fits the contract and both signatures hold', () => {
    expect(Receipt.parse(receipt)).toEqual(receipt);
    expect(() => verifyReceiptSignatures(crypto, receipt, trust)).not.toThrow();
    expect(() => verifyReceiptOrigin(crypto, receipt, trust)).not.toThrow();
  });

  test('law P2: given a receipt, then its first signature is HMAC-SHA256 of the encoded claims under the shared key', () => {
    expect(receipt.signatures.hmac_sha256).toBe(encodeBase64(crypto.hmacSha256(hmacKey, claimsBytes)));
    const other = new Map([['hmac-1', loadHmacKey(generateHmacKey())]]);
    expect(() => verifyReceiptSignatures(crypto, receipt, { ...trust, hmacKeys: other })).toThrowError(
      refusal('signature_invalid'),
    );
    expect(() => verifyReceiptSignatures(crypto, receipt, { ...trust, hmacKeys: new Map() })).toThrowError(
      refusal('key_unknown'),
    );
  });

  test.each([
    ['no', undefined],
    ['a warm', createSignatureCache()],
  ])(
    'law R1: given a receipt and %s cache, when any field is mutated, then verification throws',
    (_, cache) => {
      verifyReceiptSignatures(crypto, receipt, { ...trust, cache });
      expect(mutationsOf(receipt).length).toBeGreaterThan(500);
      const verify = (mutated: Receipt): void =>
        verifyReceiptSignatures(crypto, mutated, { ...trust, cache });
      const verifyOrigin = (mutated: Receipt): void => {
        // Without the HMAC key its signature cannot be judged: that is why the gate needs both.
        if (mutated.signatures.hmac_sha256 !== receipt.signatures.hmac_sha256) throw new Error('not judged');
        verifyReceiptOrigin(crypto, mutated, { ...trust, cache });
      };
      expect(survivorsOf(receipt, verify)).toEqual([]);
      expect(survivorsOf(receipt, verifyOrigin)).toEqual([]);
    },
  );

  test('law R1: given a receipt, when a claim is dropped or one is added, then verification throws', () => {
    for (const field of Object.keys(receiptClaims)) {
      const { [field]: _, ...rest } = { ...receipt } as Record<string, unknown>;
      expect(() => verifyReceiptSignatures(crypto, rest as Receipt, trust)).toThrowError();
    }
    const more = { ...receipt, supersedes: receipt.receipt_id };
    expect(() => verifyReceiptSignatures(crypto, more, trust)).toThrowError(refusal('signature_invalid'));
  });

  test('law R2: given only the shared HMAC key, when its holder makes a receipt, then no signature of his will do', () => {
    const hmac_sha256 = encodeBase64(crypto.hmacSha256(hmacKey, claimsBytes));
    const own = (key: SigningKey): string => encodeBase64(crypto.sign(key, claimsBytes));
    const forge = (ed25519: string, key_id = 'mint-1'): Receipt => {
      const claims = { ...receiptClaims, key_id };
      const bytes = preAuthEncoding('application/vnd.marketops.receipt.v1+json', canonicalJson(claims));
      const mac = key_id === 'mint-1' ? hmac_sha256 : encodeBase64(crypto.hmacSha256(hmacKey, bytes));
      return { ...claims, signatures: { hmac_sha256: mac, ed25519 } };
    };
    const verify = (forged: Receipt) => () => verifyReceiptSignatures(crypto, forged, trust);
    expect(verify(forge(own(publisher.signing)))).toThrowError(refusal('signature_invalid'));
    expect(verify(forge(encodeBase64(new Uint8Array(64))))).toThrowError(refusal('signature_invalid'));
    expect(verify(forge(hmac_sha256))).toThrowError(refusal('signature_malformed'));
    expect(verify(forge(own(publisher.signing), 'publisher-1'))).toThrowError(refusal('key_wrong_purpose'));
    expect(verify(forge(own(publisher.signing), 'ghost-1'))).toThrowError(refusal('key_unknown'));
    expect(verify(receipt)).not.toThrow();
  });

  test.each([
    ['empty', ''],
    ['truncated', receipt.signatures.ed25519.slice(0, -4)],
    ['extended', `${receipt.signatures.ed25519}AAAA`],
    ['of an HMAC’s length', receipt.signatures.hmac_sha256],
    ['hex', Buffer.from(receipt.signatures.ed25519, 'base64').toString('hex')],
    ['URL-safe', '-'.repeat(86).concat('==')],
  ])('given an Ed25519 signature that is %s, when verified, then a typed refusal', (_, ed25519) => {
    const signatures = { ...receipt.signatures, ed25519 };
    expect(() => verifyReceiptSignatures(crypto, { ...receipt, signatures }, trust)).toThrowError(
      refusal('signature_malformed'),
    );
  });

  test('given an HMAC of another length, when verified, then a typed refusal', () => {
    for (const hmac_sha256 of ['', 'AAAA', receipt.signatures.ed25519]) {
      const signatures = { ...receipt.signatures, hmac_sha256 };
      expect(() => verifyReceiptSignatures(crypto, { ...receipt, signatures }, trust)).toThrowError(
        refusal('signature_malformed'),
      );
    }
  });

  test('law F3: given a key not yet valid, when its receipt is verified, then it is refused', () => {
    const early = { ...trust, at: '2025-12-31T23:59:59.999Z' };
    expect(() => verifyReceiptSignatures(crypto, receipt, early)).toThrowError(refusal('key_not_yet_valid'));
  });

  test('law D4: given dry-run claims, when a receipt is asked for, then it is a defect of ours and none is made', () => {
    for (const claims of [
      { ...receiptClaims, mode: 'dry_run' },
      { ...receiptClaims, enforceable: false },
    ]) {
      expect(() => signReceipt(crypto, claims as typeof receiptClaims, keys)).toThrowError(
        refusal('invariant_violated'),
      );
    }
  });
});

describe('advisories', () => {
  const advisory = signAdvisory(crypto, advisoryClaims, keys);

  test('given claims, when signed, then the advisory fits the contract and its signature holds', () => {
    expect(Advisory.parse(advisory)).toEqual(advisory);
    expect(() => verifyAdvisory(crypto, advisory, trust)).not.toThrow();
  });

  test('law F5: given an advisory, when any field is mutated, then verification throws', () => {
    expect(survivorsOf(advisory, (mutated) => verifyAdvisory(crypto, mutated, trust))).toEqual([]);
  });

  test('law F5: given an advisory’s own signature, when it is presented as a receipt, then its payload type gives it away', () => {
    // Even with identical claims and a genuine MAC: the signed bytes begin with what they are.
    const claims = { ...receiptClaims } as unknown as typeof advisoryClaims;
    const bytes = preAuthEncoding('application/vnd.marketops.advisory.v1+json', canonicalJson(claims));
    const ed25519 = encodeBase64(crypto.sign(mint.signing, bytes));
    const promoted = { ...receipt, signatures: { ...receipt.signatures, ed25519 } };
    expect(() => verifyReceiptSignatures(crypto, promoted, trust)).toThrowError(refusal('signature_invalid'));
    expect(() => verifyAdvisory(crypto, promoted as unknown as Advisory, trust)).not.toThrow();
  });

  test('law F5: given enforceable claims, when an advisory is asked for, then none is made', () => {
    const claims = { ...advisoryClaims, enforceable: true } as unknown as typeof advisoryClaims;
    expect(() => signAdvisory(crypto, claims, keys)).toThrowError(refusal('invariant_violated'));
  });
});

describe('law R1: digests of what is authorized', () => {
  const operation: Operation = {
    operation_id: 'tag',
    kind: 'tag_repo',
    repository: { id: 7, owner: 'acme', name: 'widgets' },
    tag_name: 'v1.4.0',
    target_sha: 'a'.repeat(40),
    message: 'Widgets 1.4.0',
  };

  test('given an operation, when its members are reordered, then the digest stays; when any is mutated, then it differs', () => {
    const reordered = Object.fromEntries(Object.entries(operation).reverse()) as Operation;
    const own = operationDigest(crypto, operation);
    expect(operationDigest(crypto, reordered)).toBe(own);
    // For ever: receipts already issued name this digest.
    expect(own).toBe('3b7b7c0817fe80dd22931695deedc39aecdcfb48d66bf48a3f0b68cca1f0c6ff');
    const digests = mutationsOf(operation).map(({ value }) => operationDigest(crypto, value));
    expect(digests.length).toBeGreaterThan(50);
    expect(digests).not.toContain(own);
  });

  test('given a plan, when one operation is no longer blocked by mode, then the plan’s digest differs', () => {
    const plan = { version: 1, operations: [{ blocked_by_mode: true }] } as unknown as PublicationPlan;
    const edited = { version: 1, operations: [{ blocked_by_mode: false }] } as unknown as PublicationPlan;
    expect(planDigest(crypto, plan)).not.toBe(planDigest(crypto, edited));
    expect(planDigest(crypto, plan)).toBe(
      crypto.sha256Hex('{"operations":[{"blocked_by_mode":true}],"version":1}'),
    );
  });
});

describe('a signer that is not this process', () => {
  const signerOf = (sign: MintSigner['sign']): MintSigner => ({ keyId: receiptClaims.key_id, sign });
  const local = (bytes: Uint8Array) => crypto.sign(mint.signing, bytes);

  test.each([
    ['at once', local],
    ['later', async (bytes: Uint8Array) => Promise.resolve(local(bytes))],
  ])(
    'law P2: given it answers %s, then the receipt is the one a key here would sign, byte for byte',
    async (_when, sign) => {
      const minted = await mintReceipt(crypto, receiptClaims, { signer: signerOf(sign), hmac: hmacKey });
      expect(minted).toEqual(receipt);
      const advisory = await mintAdvisory(advisoryClaims, signerOf(sign));
      expect(advisory).toEqual(signAdvisory(crypto, advisoryClaims, { ed25519: mint.signing }));
    },
  );

  test.each([0, 63, 65])('given it answers with %i bytes, then that is refused', async (length) => {
    const signer = signerOf(() => new Uint8Array(length));
    await expect(mintReceipt(crypto, receiptClaims, { signer, hmac: hmacKey })).rejects.toMatchObject({
      code: 'signature_malformed',
    });
    await expect(mintAdvisory(advisoryClaims, signer)).rejects.toMatchObject({ code: 'signature_malformed' });
  });

  test('given claims that name another key than it holds, or are no receipt, then nothing is signed', async () => {
    let asked = 0;
    const signer = signerOf((bytes) => {
      asked += 1;
      return local(bytes);
    });
    const keysOf = { signer, hmac: hmacKey };
    const wrong = [{ key_id: 'mint-2' }, { mode: 'dry_run' }, { enforceable: false }];
    for (const over of wrong) {
      await expect(
        mintReceipt(crypto, { ...receiptClaims, ...over } as typeof receiptClaims, keysOf),
      ).rejects.toMatchObject({ code: 'invariant_violated' });
    }
    expect(asked).toBe(0);
  });
});

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { encodeBase64 } from './base64.js';
import { type BatchLeaf, signBatch, verifyBatchLeaf } from './batch.js';
import { canonicalJson } from './canonical.js';
import type { CryptoPort } from './crypto-port.js';
import { leafHash, nodeHash } from './merkle.js';
import { preAuthEncoding } from './pae.js';
import { createSignatureCache } from './signature-cache.js';
import { crypto, digest, planner, publisher } from './testing/fixtures.js';

const domain = 'application/vnd.example.batch.v1+json';
const head = { key_id: 'publisher-1', epoch: 1 };
const key = crypto.importPublicKey(publisher.listed.public_key);
const otherKey = crypto.importPublicKey(planner.listed.public_key);

function batchOf(size: number): BatchLeaf[] {
  const leaves = Array.from({ length: size }, (_, index) => `leaf ${index}`);
  const proofs = signBatch(crypto, { leaves, domain, head, key: publisher.signing });
  return proofs.map((proof, index) => ({ leaf: leaves[index] ?? '', domain, head, proof, key }));
}

const counting = (): CryptoPort & { verify: ReturnType<typeof vi.fn<CryptoPort['verify']>> } => ({
  ...crypto,
  verify: vi.fn<CryptoPort['verify']>((...args) => crypto.verify(...args)),
});

const code = (verify: () => void): string => {
  try {
    verify();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'held';
};

describe('batches', () => {
  test('given batches of 1 to 33 leaves, when each leaf is verified alone, then all hold with one signature', () => {
    for (let size = 1; size <= 33; size++) {
      const batch = batchOf(size);
      expect(new Set(batch.map(({ proof }) => proof.signature)).size).toBe(1);
      expect(batch.map((leaf) => code(() => verifyBatchLeaf(crypto, leaf)))).toEqual(batch.map(() => 'held'));
    }
  });

  test('given two leaves of a batch, when their proofs are swapped, then neither holds', () => {
    const batch = batchOf(21);
    const cache = createSignatureCache();
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (one, other) => {
        fc.pre(one !== other);
        const { proof, leaf } = { proof: batch[one]?.proof, leaf: batch[other]?.leaf };
        if (proof === undefined || leaf === undefined) throw new Error('unreachable');
        expect(code(() => verifyBatchLeaf(crypto, { leaf, domain, head, proof, key, cache }))).toBe(
          'inclusion_invalid',
        );
      }),
    );
  });

  test('given a leaf, when its domain, head, key or size is another, then the signature does not hold', () => {
    for (const leaf of batchOf(3)) {
      const broken = (changed: Partial<BatchLeaf>): string =>
        code(() => verifyBatchLeaf(crypto, { ...leaf, ...changed }));
      expect(broken({ domain: `${domain}x` })).toBe('signature_invalid');
      expect(broken({ head: { ...head, epoch: 2 } })).toBe('signature_invalid');
      expect(broken({ head: { ...head, more: 1 } })).toBe('signature_invalid');
      expect(broken({ key: otherKey })).toBe('signature_invalid');
      expect(broken({ proof: { ...leaf.proof, size: 65_537 } })).toBe('inclusion_invalid');
      expect(broken({ proof: { ...leaf.proof, signature: 'AAAA' } })).toBe('signature_malformed');
      expect(broken({})).toBe('held');
    }
  });

  test('given a truly signed batch of more than 65,536 leaves, when verified, then it is refused', () => {
    const rest = digest('the first 65,536 leaves');
    const signed = (size: number): string => {
      const root = nodeHash(crypto, rest, leafHash(crypto, 'last'));
      const bytes = preAuthEncoding(domain, canonicalJson({ ...head, root, size }));
      const signature = encodeBase64(crypto.sign(publisher.signing, bytes));
      const proof = { root, size, index: size - 1, path: [rest], signature };
      return code(() => verifyBatchLeaf(crypto, { leaf: 'last', domain, head, proof, key }));
    };
    expect(signed(65_537)).toBe('inclusion_invalid');
    expect(signed(32_769)).toBe('held');
  });

  test('given no leaves, when signed, then it is a defect of ours', () => {
    expect(() => signBatch(crypto, { leaves: [], domain, head, key: publisher.signing })).toThrowError(
      expect.objectContaining({ code: 'invariant_violated' }),
    );
  });

  test('given a head with a root of its own, when signed, then the root of the tree is what stands', () => {
    const leaves = ['a', 'b'];
    const [proof] = signBatch(crypto, {
      leaves,
      domain,
      head: { ...head, root: 'x' },
      key: publisher.signing,
    });
    if (proof === undefined) throw new Error('unreachable');
    expect(code(() => verifyBatchLeaf(crypto, { leaf: 'a', domain, head, proof, key }))).toBe('held');
  });
});

describe('the signature cache', () => {
  test('given a cache, when all leaves of a batch are verified, then Ed25519 is asked once', () => {
    const counted = counting();
    const cache = createSignatureCache();
    for (const leaf of batchOf(16)) verifyBatchLeaf(counted, { ...leaf, cache });
    expect(counted.verify).toHaveBeenCalledTimes(1);
    expect(cache.size).toBe(1);
  });

  test('given a warm cache, when anything signed differs, then nothing of it is believed', () => {
    const cache = createSignatureCache();
    const [leaf, second] = batchOf(4);
    if (leaf === undefined || second === undefined) throw new Error('unreachable');
    verifyBatchLeaf(crypto, { ...leaf, cache });
    const broken = (changed: Partial<BatchLeaf>): string =>
      code(() => verifyBatchLeaf(crypto, { ...leaf, cache, ...changed }));
    expect(broken({ leaf: 'other' })).toBe('inclusion_invalid');
    expect(broken({ head: { ...head, epoch: 2 } })).toBe('signature_invalid');
    expect(broken({ key: otherKey })).toBe('signature_invalid');
    expect(broken({ domain: 'text/plain' })).toBe('signature_invalid');
    expect(broken({ proof: { ...leaf.proof, signature: batchOf(5)[0]?.proof.signature ?? '' } })).toBe(
      'signature_invalid',
    );
    // The same signature bits in another spelling: ...w== carries four unused bits.
    const respelt = leaf.proof.signature.replace(/.==$/, (end) => `${end === 'A==' ? 'B' : 'z'}==`);
    expect(broken({ proof: { ...leaf.proof, signature: respelt } })).toBe('signature_malformed');
    expect(cache.size).toBe(1);
  });

  test('given failed verifications, when repeated, then they are asked again and never remembered', () => {
    const counted = counting();
    const cache = createSignatureCache();
    const [leaf] = batchOf(1);
    if (leaf === undefined) throw new Error('unreachable');
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(code(() => verifyBatchLeaf(counted, { ...leaf, key: otherKey, cache }))).toBe(
        'signature_invalid',
      );
    }
    expect(counted.verify).toHaveBeenCalledTimes(3);
    expect(cache.size).toBe(0);
  });

  test('given one key id in two keyrings, when one key has verified, then the other has not', () => {
    // Key objects are told apart by identity; the cache never sees an id.
    const cache = createSignatureCache();
    const [leaf] = batchOf(1);
    if (leaf === undefined) throw new Error('unreachable');
    verifyBatchLeaf(crypto, { ...leaf, cache });
    expect(code(() => verifyBatchLeaf(crypto, { ...leaf, key: otherKey, cache }))).toBe('signature_invalid');
  });

  test('given more batches than it may hold, then it stays within its bound and keeps what is asked for again', () => {
    const counted = counting();
    const cache = createSignatureCache({ entriesMax: 8 });
    const batches = Array.from({ length: 30 }, (_, index) => {
      const leaves = [`leaf ${index}`];
      const [proof] = signBatch(crypto, { leaves, domain, head, key: publisher.signing });
      if (proof === undefined) throw new Error('unreachable');
      return { leaf: `leaf ${index}`, domain, head, proof, key, cache };
    });
    const [favourite] = batches;
    if (favourite === undefined) throw new Error('unreachable');
    for (const batch of batches) {
      verifyBatchLeaf(counted, batch);
      verifyBatchLeaf(counted, favourite);
      expect(cache.size).toBeLessThanOrEqual(8);
    }
    expect(counted.verify).toHaveBeenCalledTimes(30);
  });
});

import { type BatchProof, invariant } from '@marketops/contracts';
import { decodeBase64, encodeBase64 } from './base64.js';
import { canonicalJson } from './canonical.js';
import type { CryptoPort, SigningKey, VerifyingKey } from './crypto-port.js';
import { ProofError } from './errors.js';
import { leafHash, treeOf, verifyInclusion } from './merkle.js';
import { preAuthEncoding } from './pae.js';
import type { KnownHead, SignatureCache } from './signature-cache.js';

/** Leaves of one batch, as `BatchProof` in contracts bounds them. */
const leavesMax = 65_536;
const signatureBytes = 64;

export interface BatchToSign {
  /** The data of each leaf: text, hashed as UTF-8. */
  readonly leaves: readonly string[];
  /** The DSSE payload type: what these signed bytes are, and so what they are not. */
  readonly domain: string;
  /** What is signed besides the root and size. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly key: SigningKey;
}

/** `Object.assign`, because on this path a spread followed by members costs the engine a microsecond. */
const signedBytes = (domain: string, head: BatchToSign['head'], root: string, size: number): string =>
  preAuthEncoding(domain, canonicalJson(Object.assign({}, head, { root, size })));

/**
 * Signs 1 to 65,536 leaves with one signature: the bytes are `PAE(domain, canonicalJson({ ...head, root, size }))`.
 * @returns one proof per leaf, index-aligned; each verifies alone
 * @throws InvariantError for no leaves, or more than fit
 */
export function signBatch(crypto: CryptoPort, { leaves, domain, head, key }: BatchToSign): BatchProof[] {
  const size = leaves.length;
  invariant(size >= 1 && size <= leavesMax, `A batch has 1 to ${leavesMax} leaves, not ${size}.`);
  const hashes = leaves.map((leaf) => leafHash(crypto, leaf));
  const { root, paths } = treeOf(crypto, hashes);
  const signature = encodeBase64(crypto.sign(key, signedBytes(domain, head, root, size)));
  return paths.map((path, index) => ({ root, size, index, path, signature }));
}

export interface BatchLeaf {
  readonly leaf: string;
  readonly domain: string;
  readonly head: Readonly<Record<string, unknown>>;
  readonly proof: Pick<BatchProof, 'root' | 'size' | 'index' | 'path' | 'signature'>;
  readonly key: VerifyingKey;
  /** Without one, every leaf costs an Ed25519 verification. */
  readonly cache?: SignatureCache | undefined;
}

/** The members of a head, each a name and its value; undefined where a value is an object, which could change. */
function membersOf(head: BatchLeaf['head']): unknown[] | undefined {
  const members: unknown[] = [];
  for (const name of Object.keys(head)) {
    const value = head[name];
    if (typeof value === 'object' && value !== null) return undefined;
    members.push(name, value);
  }
  return members;
}

/** Equal members have equal bytes. (Two orders of the same ones have too, but nobody presents them so.) */
function hasMembers(head: BatchLeaf['head'], members: readonly unknown[]): boolean {
  const names = Object.keys(head);
  if (names.length * 2 !== members.length) return false;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? '';
    if (name !== members[2 * index] || head[name] !== members[2 * index + 1]) return false;
  }
  return true;
}

/** Whether this head is the one whose signature over the same root and size has held, under the same key. */
const isKnownHead = (known: KnownHead, { key, proof, domain, head }: BatchLeaf): boolean =>
  known.key === key &&
  known.signature === proof.signature &&
  known.domain === domain &&
  hasMembers(head, known.members);

/** @throws ProofError `signature_malformed`, `signature_invalid` */
function verifySignature(crypto: CryptoPort, { domain, head, proof, key, cache }: BatchLeaf): void {
  const { root, size, signature } = proof;
  const bytes = signedBytes(domain, head, root, size);
  const verify = (): boolean => {
    const raw = decodeBase64(signature, signatureBytes);
    if (raw === undefined) {
      throw new ProofError(
        'signature_malformed',
        `The batch signature is not ${signatureBytes} bytes in base64.`,
      );
    }
    return crypto.verify(key, bytes, raw);
  };
  const holds = cache?.verified({ crypto, key, signedBytes: bytes, signature, verify }) ?? verify();
  if (!holds) throw new ProofError('signature_invalid', `The batch signature does not hold (${domain}).`);
}

/**
 * Verifies one leaf of a batch: that it stands at its index under the root, and that the key signed this root, size and
 * head. The cheap check comes first, so that junk does not buy curve arithmetic.
 * @throws ProofError `inclusion_invalid`, `signature_malformed`, `signature_invalid`
 */
export function verifyBatchLeaf(crypto: CryptoPort, batch: BatchLeaf): void {
  const { leaf, domain, head, proof, key, cache } = batch;
  const { root, size, index, path, signature } = proof;
  const known = size > leavesMax ? undefined : cache?.batchUnder(root, size);
  if (
    size > leavesMax ||
    !verifyInclusion(crypto, { leafHash: leafHash(crypto, leaf), index, size, path, root }, known?.nodes)
  ) {
    throw new ProofError(
      'inclusion_invalid',
      `The leaf is not at index ${index} of the signed batch of ${size}.`,
    );
  }
  if (known?.head !== undefined && isKnownHead(known.head, batch)) return;
  verifySignature(crypto, batch);
  if (known === undefined) return;
  const members = membersOf(head);
  if (members !== undefined) known.head = { key, signature, domain, members };
}

import type { CryptoPort, VerifyingKey } from './crypto-port.js';
import type { KnownNodes } from './merkle.js';

/** A signature over one batch that held, by what its bytes are made of besides the root and size. */
export interface KnownHead {
  readonly key: VerifyingKey;
  readonly signature: string;
  readonly domain: string;
  /** The head's members in their order, each a name and then its value: text, a number, a boolean or null. */
  readonly members: readonly unknown[];
}

/** What has been proven so far of the batch with one root and size. Filled by proofs that held, and by nothing else. */
export interface KnownBatch {
  readonly nodes: KnownNodes;
  /** The latest, which is the only one unless a root was signed twice. */
  head: KnownHead | undefined;
}

/**
 * Which signatures have been verified, so that one Ed25519 verification (about fifty times a hash) serves all leaves of
 * a batch. It holds successes only, and an entry is the key object, the signature and the digest of the very bytes:
 * nothing that was not verified can be found in it, whatever an attacker sends and in whatever order.
 */
export interface SignatureCache {
  /** Verifies, or remembers having done so. */
  verified(check: SignatureCheck): boolean;
  /** What is known of the batch with this root and size; nothing at first. */
  batchUnder(root: string, size: number): KnownBatch;
  /** Entries held now; at most `entriesMax`. */
  readonly size: number;
}

export interface SignatureCheck {
  readonly crypto: CryptoPort;
  readonly key: VerifyingKey;
  readonly signedBytes: string;
  /** In its one base64 form, as the entry remembers it. */
  readonly signature: string;
  /** Called where the answer is not known. */
  readonly verify: () => boolean;
}

/** Batches of which something is known; one of 64 leaves takes about 20 KB. */
const batchesMax = 256;

/**
 * Two generations approximate least-recently-used without moving an entry on every hit: when the young one is full it
 * becomes the old one, and what is asked for again moves back.
 */
export function createSignatureCache(options: { entriesMax?: number } = {}): SignatureCache {
  const generationMax = Math.max(1, Math.floor((options.entriesMax ?? 16_384) / 2));
  let young = new Set<string>();
  let old = new Set<string>();
  // By identity of the key object: two keyrings may give different keys one id.
  const serials = new WeakMap<VerifyingKey, number>();
  let lastSerial = 0;
  // By root: sizes that share one are not signed, so that at most one of them ever has a head.
  const batches = new Map<string, KnownBatch & { readonly size: number }>();

  const serialOf = (key: VerifyingKey): number => {
    let serial = serials.get(key);
    if (serial === undefined) {
      serial = ++lastSerial;
      serials.set(key, serial);
    }
    return serial;
  };
  const remember = (entry: string): void => {
    if (young.size >= generationMax) {
      old = young;
      young = new Set();
    }
    young.add(entry);
  };

  return {
    verified({ crypto, key, signedBytes, signature, verify }) {
      const entry = `${serialOf(key)} ${crypto.sha256Hex(signedBytes)} ${signature}`;
      if (young.has(entry)) return true;
      const held = old.delete(entry);
      if (!held && !verify()) return false;
      remember(entry);
      return true;
    },
    batchUnder(root, size) {
      const known = batches.get(root);
      if (known?.size === size) return known;
      const batch = { size, nodes: new Map(), head: undefined };
      if (known?.head !== undefined) return batch;
      // The oldest goes first: the leaves of one batch are verified close together.
      if (known === undefined && batches.size >= batchesMax)
        batches.delete(batches.keys().next().value ?? root);
      batches.set(root, batch);
      return batch;
    },
    get size() {
      return young.size + old.size;
    },
  };
}

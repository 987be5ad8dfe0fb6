import type { CryptoPort, VerifyingKey } from './crypto-port.js';
import type { KnownNodes } from './merkle.js';

/**
 * Which signatures have been verified, so that one Ed25519 verification (about fifty times a hash) serves all leaves of
 * a batch. It holds successes only, and an entry is the key object, the signature and the digest of the very bytes:
 * nothing that was not verified can be found in it, whatever an attacker sends and in whatever order.
 */
export interface SignatureCache {
  /** Verifies, or remembers having done so. */
  verified(check: SignatureCheck): boolean;
  /** The nodes proven so far under this root of a tree of this size; empty at first. */
  nodesUnder(root: string, size: number): KnownNodes;
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

/** Batches whose nodes are remembered; one of 64 leaves takes about 20 KB. */
const treesMax = 256;

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
  const trees = new Map<string, KnownNodes>();

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
    nodesUnder(root, size) {
      const tree = `${size} ${root}`;
      let nodes = trees.get(tree);
      if (nodes === undefined) {
        nodes = new Map();
        // The oldest tree goes first: the leaves of one batch are verified close together.
        if (trees.size >= treesMax) trees.delete(trees.keys().next().value ?? tree);
        trees.set(tree, nodes);
      }
      return nodes;
    },
    get size() {
      return young.size + old.size;
    },
  };
}

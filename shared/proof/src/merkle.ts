import type { CryptoPort } from './crypto-port.js';
import { ProofError } from './errors.js';
import { isDigest, writeDigest } from './hex.js';

/**
 * Merkle trees as RFC 6962, section 2.1, has them. Digests are 64 lower-case hex digits throughout. The prefixes keep
 * a leaf from ever being passed off as a node, and a node as a leaf.
 */
const leafPrefix = '\u0000';
const nodePrefix = 0x01;
// One scratch buffer serves every node: the port is synchronous, so nothing can come between filling and hashing it.
const node = new Uint8Array(65);
node[0] = nodePrefix;

/** SHA-256(0x00 ‖ data), with data as UTF-8. */
export const leafHash = (crypto: CryptoPort, data: string): string => crypto.sha256Hex(leafPrefix + data);

function hashNode(crypto: CryptoPort, left: string, right: string): string | undefined {
  return writeDigest(left, node, 1) && writeDigest(right, node, 33) ? crypto.sha256Hex(node) : undefined;
}

/**
 * SHA-256(0x01 ‖ left ‖ right).
 * @throws ProofError `digest_mismatch` where either is not 64 lower-case hex digits
 */
export function nodeHash(crypto: CryptoPort, left: string, right: string): string {
  const hash = hashNode(crypto, left, right);
  if (hash === undefined) {
    throw new ProofError('digest_mismatch', 'A tree node is not 64 lower-case hex digits.');
  }
  return hash;
}

/**
 * Every level of the tree from the leaves to the root. Pairing neighbours and promoting a last odd one gives the tree
 * of RFC 6962, which splits at the largest power of two below the size.
 */
function levelsOf(crypto: CryptoPort, leafHashes: readonly string[]): (readonly string[])[] {
  const levels: (readonly string[])[] = [leafHashes];
  let level = leafHashes;
  while (level.length > 1) {
    const above: string[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const left = level[index] ?? '';
      const right = level[index + 1];
      above.push(right === undefined ? left : nodeHash(crypto, left, right));
    }
    levels.push(above);
    level = above;
  }
  return levels;
}

function pathThrough(levels: readonly (readonly string[])[], leafIndex: number): string[] {
  const path: string[] = [];
  let index = leafIndex;
  for (const level of levels) {
    const sibling = level[index ^ 1];
    if (sibling !== undefined) path.push(sibling);
    index >>>= 1;
  }
  return path;
}

/** The root over leaf hashes; of none, SHA-256 of nothing. */
export function rootOf(crypto: CryptoPort, leafHashes: readonly string[]): string {
  return levelsOf(crypto, leafHashes).at(-1)?.[0] ?? crypto.sha256Hex('');
}

/** The siblings from a leaf up to the root, nearest first; fewer than 2^31 leaves. */
export const inclusionPath = (crypto: CryptoPort, leafHashes: readonly string[], index: number): string[] =>
  pathThrough(levelsOf(crypto, leafHashes), index);

/** The root and every leaf's path, in O(n log n). */
export function treeOf(
  crypto: CryptoPort,
  leafHashes: readonly string[],
): { root: string; paths: string[][] } {
  const levels = levelsOf(crypto, leafHashes);
  const root = levels.at(-1)?.[0] ?? crypto.sha256Hex('');
  return { root, paths: leafHashes.map((_, index) => pathThrough(levels, index)) };
}

export interface Inclusion {
  readonly leafHash: string;
  readonly index: number;
  /** Leaves of the tree; up to 2^53 − 1. */
  readonly size: number;
  readonly path: readonly string[];
  readonly root: string;
}

/**
 * Nodes proven to lie under one root, of a tree of one size: level and position → hash. What has been hashed once on the
 * way up need not be hashed again for the next leaf. Filled by proofs that held, and by nothing else.
 */
export type KnownNodes = Map<number, string>;

/** Trees with known nodes have at most 2^17 positions a level; a larger one is verified without. */
const positionsMax = 131_072;
const nodeKey = (level: number, position: number): number => level * positionsMax + position;

// What one proof has shown and not yet told: filled from the start by each, and read only when it has held.
const provenKeys: number[] = [];
const provenNodes: string[] = [];

function note(at: number, key: number, node: string): number {
  provenKeys[at] = key;
  provenNodes[at] = node;
  return at + 1;
}

function remember(memory: KnownNodes, count: number): void {
  for (let at = 0; at < count; at++) memory.set(provenKeys[at] ?? 0, provenNodes[at] ?? '');
}

/**
 * Whether a leaf stands at an index of the tree with this root (RFC 9162, section 2.1.3.2). Every argument is the
 * attacker's: anything malformed is false, and no path is walked further than the tree is high. Known nodes save the
 * hashing and nothing else: every sibling must be the known one, so that a proof holds with them exactly when it holds
 * without.
 */
export function verifyInclusion(
  crypto: CryptoPort,
  { leafHash, index, size, path, root }: Inclusion,
  known?: KnownNodes,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  const memory = size <= positionsMax ? known : undefined;
  let proven = 0;
  let hash = leafHash;
  let position = index;
  let last = size - 1;
  let level = 0;
  // Division instead of shifts: a log may grow past 2^31 leaves.
  for (let step = 0; step < path.length; step++) {
    if (last === 0) return false;
    const sibling = path[step] ?? '';
    // A promoted last node has no sibling on these levels.
    while (position === last && position % 2 === 0) {
      position /= 2;
      last = Math.floor(last / 2);
      level += 1;
    }
    const isRight = position % 2 === 1;
    const ownKey = nodeKey(level, position);
    const siblingKey = isRight ? ownKey - 1 : ownKey + 1;
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
    level += 1;
    const parentKey = nodeKey(level, position);
    let parent =
      memory !== undefined && memory.get(ownKey) === hash && memory.get(siblingKey) === sibling
        ? memory.get(parentKey)
        : undefined;
    if (parent === undefined) {
      parent = isRight ? hashNode(crypto, sibling, hash) : hashNode(crypto, hash, sibling);
      if (parent === undefined) return false;
      if (memory !== undefined) {
        proven = note(proven, ownKey, hash);
        proven = note(proven, siblingKey, sibling);
        proven = note(proven, parentKey, parent);
      }
    }
    hash = parent;
  }
  // Where the path is empty nothing has looked at the digits yet.
  const holds = last === 0 && hash === root && (path.length > 0 || isDigest(root));
  if (holds && memory !== undefined) remember(memory, proven);
  return holds;
}

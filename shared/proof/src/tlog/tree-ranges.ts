import { invariant } from '@marketops/contracts';
import type { CryptoPort } from '../crypto-port.js';
import { nodeHash } from '../merkle.js';

/**
 * Which parts of a Merkle tree a proof is made of, without the tree: so that one that is kept in tiles is asked for a few
 * dozen nodes and never for all its leaves. Everything counts by division: a log may grow past 2^31 leaves.
 */

/** The leaves `start` to `end`, `end` excluded; those of a proof are never empty. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** A node over 2^level leaves, the first of which is `position * 2^level`. */
export interface TreeNode {
  readonly level: number;
  readonly position: number;
}

/** The largest power of two below `size`, which is at least 2: where RFC 6962 splits a tree. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/**
 * The subtrees whose roots make the audit path of a leaf, nearest first (RFC 6962, section 2.1.1).
 * @param index 0 ≤ index < size
 */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  invariant(Number.isSafeInteger(size) && index >= 0 && index < size, 'A leaf stands in its tree.');
  const ranges: LeafRange[] = [];
  for (let start = 0, end = size; end - start > 1; ) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/**
 * The subtrees whose roots make the proof that a tree grew from `first` to `second` leaves (RFC 6962, section 2.1.2); none
 * where both are the same, or the first is empty.
 * @param first 0 ≤ first ≤ second
 */
export function consistencyRanges(first: number, second: number): LeafRange[] {
  invariant(Number.isSafeInteger(second) && first >= 0 && first <= second, 'A tree only grows.');
  const ranges: LeafRange[] = [];
  if (first === 0) return ranges;
  // Whether the old tree is a node of the new one, which its verifier has already.
  let isWhole = true;
  let [start, end] = [0, second];
  while (first !== end) {
    const middle = start + splitOf(end - start);
    if (first <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
      isWhole = false;
    }
  }
  if (!isWhole) ranges.push({ start, end });
  return ranges.reverse();
}

/**
 * The nodes a range's root is folded from, left to right: what is complete of it, largest first.
 * @param range one that a tree has as a subtree, as those of the proofs are: its start is aligned to its size
 */
export function nodesOfRange({ start, end }: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, position: at / width });
    at += width;
  }
  return nodes;
}

/** The root of a range from its nodes' hashes, in the order of `nodesOfRange`. */
export function foldNodes(crypto: CryptoPort, hashes: readonly string[]): string {
  const last = hashes.at(-1);
  invariant(last !== undefined, 'A range has a node.');
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(crypto, left, right), last);
}

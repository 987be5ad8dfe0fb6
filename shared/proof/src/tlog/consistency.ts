import type { CryptoPort } from '../crypto-port.js';
import { isDigest } from '../hex.js';
import { nodeHash, rootOf } from '../merkle.js';
import { consistencyRanges } from './tree-ranges.js';

/** SHA-256 of nothing: the root of a tree without leaves. */
export const emptyTreeRoot = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The proof that the first `firstSize` of these leaves are a prefix of all (RFC 6962, section 2.1.2). */
export const consistencyPath = (
  crypto: CryptoPort,
  leafHashes: readonly string[],
  firstSize: number,
): string[] =>
  consistencyRanges(firstSize, leafHashes.length).map(({ start, end }) =>
    rootOf(crypto, leafHashes.slice(start, end)),
  );

export interface Consistency {
  readonly firstSize: number;
  /** Up to 2^53 − 1. */
  readonly secondSize: number;
  readonly firstRoot: string;
  readonly secondRoot: string;
  readonly path: readonly string[];
}

/** No tree that a double can count is higher. */
const heightMax = 53;

/**
 * Whether the tree with the second root begins with the tree with the first (RFC 9162, section 2.1.4.2). Every argument is
 * the attacker's: anything malformed is false, and no path is walked further than the tree is high. From the empty tree
 * nothing can be proven, so that is false too: every tree continues it, and a caller who begins there asks nothing.
 */
export function verifyConsistency(crypto: CryptoPort, claim: Consistency): boolean {
  const { firstSize, secondSize, firstRoot, secondRoot, path } = claim;
  if (!Number.isSafeInteger(firstSize) || !Number.isSafeInteger(secondSize)) return false;
  if (firstSize < 1 || firstSize > secondSize || path.length > heightMax + 1) return false;
  if (firstSize === secondSize) return path.length === 0 && firstRoot === secondRoot;
  if (!isDigest(firstRoot) || !isDigest(secondRoot) || !path.every(isDigest)) return false;
  return climb(crypto, claim);
}

function climb(crypto: CryptoPort, { firstSize, secondSize, firstRoot, secondRoot, path }: Consistency) {
  let first = firstSize - 1;
  let second = secondSize - 1;
  const up = (): void => {
    first = Math.floor(first / 2);
    second = Math.floor(second / 2);
  };
  while (first % 2 === 1) up();
  // A complete old tree is a node of the new one: its root is known and not sent.
  const steps = first === 0 ? [firstRoot, ...path] : path;
  const [start, ...rest] = steps;
  if (start === undefined) return false;
  let oldRoot = start;
  let newRoot = start;
  for (const step of rest) {
    if (second === 0) return false;
    if (first % 2 === 1 || first === second) {
      oldRoot = nodeHash(crypto, step, oldRoot);
      newRoot = nodeHash(crypto, step, newRoot);
      while (first % 2 === 0 && first !== 0) up();
    } else {
      newRoot = nodeHash(crypto, newRoot, step);
    }
    up();
  }
  return second === 0 && oldRoot === firstRoot && newRoot === secondRoot;
}

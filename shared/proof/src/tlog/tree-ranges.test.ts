import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inclusionPath, leafHash, nodeHash, rootOf } from '../merkle.js';
import { crypto } from '../testing/fixtures.js';
import { consistencyPath, emptyTreeRoot, verifyConsistency } from './consistency.js';
import { consistencyRanges, foldNodes, inclusionRanges, nodesOfRange } from './tree-ranges.js';

const leaves = Array.from({ length: 70 }, (_, index) => leafHash(crypto, `leaf ${index}`));

/** A complete subtree's root from the leaves, as a store of tiles would have it. */
const nodeOf = ({ level, position }: { level: number; position: number }): string =>
  rootOf(crypto, leaves.slice(position * 2 ** level, (position + 1) * 2 ** level));

/** RFC 6962, section 2.1.2, as it is written. */
function definedSubproof(first: number, hashes: readonly string[], isWhole: boolean): string[] {
  if (first === hashes.length) return isWhole ? [] : [rootOf(crypto, hashes)];
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return first <= split
    ? [...definedSubproof(first, left, isWhole), rootOf(crypto, right)]
    : [...definedSubproof(first - split, right, false), rootOf(crypto, left)];
}

describe('ranges of a tree', () => {
  test('given every tree of 1 to 70 leaves, when a leaf’s path is taken by ranges, then it is the one of the leaves', () => {
    for (let size = 1; size <= leaves.length; size++) {
      const hashes = leaves.slice(0, size);
      for (let index = 0; index < size; index++) {
        const path = inclusionRanges(index, size).map((range) =>
          foldNodes(crypto, nodesOfRange(range).map(nodeOf)),
        );
        expect(path).toEqual(inclusionPath(crypto, hashes, index));
      }
      expect(foldNodes(crypto, nodesOfRange({ start: 0, end: size }).map(nodeOf))).toBe(
        rootOf(crypto, hashes),
      );
    }
  });

  test('given every two sizes up to 70, then the consistency proof is the defined one, made by ranges too, and holds', () => {
    for (let second = 1; second <= leaves.length; second++) {
      const hashes = leaves.slice(0, second);
      for (let first = 1; first <= second; first++) {
        const path = consistencyPath(crypto, hashes, first);
        expect(path).toEqual(definedSubproof(first, hashes, true));
        expect(
          consistencyRanges(first, second).map((range) => foldNodes(crypto, nodesOfRange(range).map(nodeOf))),
        ).toEqual(path);
        const claim = {
          firstSize: first,
          secondSize: second,
          firstRoot: rootOf(crypto, hashes.slice(0, first)),
          secondRoot: rootOf(crypto, hashes),
          path,
        };
        expect(verifyConsistency(crypto, claim)).toBe(true);
      }
    }
  });

  test('given a tree of 2^40 leaves and more, then the ranges count right where shifts would not', () => {
    const size = 2 ** 40 + 3;
    expect(nodesOfRange({ start: 0, end: size })).toEqual([
      { level: 40, position: 0 },
      { level: 1, position: 2 ** 39 },
      { level: 0, position: 2 ** 40 + 2 },
    ]);
    expect(inclusionRanges(2 ** 40, size)).toEqual([
      { start: 2 ** 40 + 1, end: 2 ** 40 + 2 },
      { start: 2 ** 40 + 2, end: size },
      { start: 0, end: 2 ** 40 },
    ]);
    expect(consistencyRanges(2 ** 40, size)).toEqual([{ start: 2 ** 40, end: size }]);
    expect(consistencyRanges(0, size)).toEqual([]);
  });
});

describe('consistency', () => {
  const claimOf = (first: number, second: number) => ({
    firstSize: first,
    secondSize: second,
    firstRoot: rootOf(crypto, leaves.slice(0, first)),
    secondRoot: rootOf(crypto, leaves.slice(0, second)),
    path: consistencyPath(crypto, leaves.slice(0, second), first),
  });

  test('L1: given a proof with anything changed, when verified, then false', () => {
    const sizes = fc
      .tuple(fc.integer({ min: 1, max: 69 }), fc.integer({ min: 1, max: 69 }))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);
    const how = fc.constantFrom('drop', 'add', 'zero', 'upper', 'first', 'second', 'size', 'roots');
    fc.assert(
      fc.property(sizes, fc.nat(6), how, ([first, second], at, change) => {
        const claim = claimOf(first, second);
        const step = at % claim.path.length;
        const node = claim.path[step] ?? '';
        const upper = node.toUpperCase();
        if (upper === node) return;
        const changed = {
          drop: { ...claim, path: claim.path.toSpliced(step, 1) },
          add: { ...claim, path: claim.path.toSpliced(step, 0, node) },
          zero: { ...claim, path: claim.path.with(step, '0'.repeat(64)) },
          upper: { ...claim, path: claim.path.with(step, upper) },
          first: { ...claim, firstRoot: nodeHash(crypto, claim.firstRoot, node) },
          second: { ...claim, secondRoot: nodeHash(crypto, claim.secondRoot, node) },
          size: { ...claim, firstSize: second, secondSize: second },
          roots: { ...claim, firstRoot: claim.secondRoot, secondRoot: claim.firstRoot },
        }[change];
        expect(verifyConsistency(crypto, changed)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test('L1: given another tree that grew from another one, then no path of either shows one as the other', () => {
    const forked = leaves.with(2, leafHash(crypto, 'forged'));
    const claim = claimOf(5, 13);
    const secondRoot = rootOf(crypto, forked.slice(0, 13));
    expect(verifyConsistency(crypto, { ...claim, secondRoot })).toBe(false);
    const path = consistencyPath(crypto, forked.slice(0, 13), 5);
    expect(verifyConsistency(crypto, { ...claim, secondRoot, path })).toBe(false);
  });

  test.each([
    [0, 5],
    [6, 5],
    [-1, 5],
    [0.5, 5],
    [5, 2 ** 60],
    [Number.NaN, 5],
  ])('given sizes %d and %d, when verified, then false', (firstSize, secondSize) => {
    expect(verifyConsistency(crypto, { ...claimOf(5, 5), firstSize, secondSize })).toBe(false);
  });

  test('given the empty tree, then its root is SHA-256 of nothing', () => {
    expect(emptyTreeRoot).toBe(crypto.sha256Hex(''));
  });
});

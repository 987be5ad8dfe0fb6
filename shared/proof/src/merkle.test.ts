import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  inclusionPath,
  type KnownNodes,
  leafHash,
  nodeHash,
  rootOf,
  treeOf,
  verifyInclusion,
} from './merkle.js';
import { crypto, digest } from './testing/fixtures.js';

const leavesOf = (size: number): string[] =>
  Array.from({ length: size }, (_, index) => leafHash(crypto, `leaf ${index}`));

describe('RFC 6962: published figures', () => {
  // The eight leaves of Certificate Transparency's own tests and the root after each.
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const hashes = leaves.map((hex) => leafHash(crypto, Buffer.from(hex, 'hex').toString('latin1')));

  test.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('given the first %i leaves, when rooted, then the root is the published one', (size, root) => {
    expect(rootOf(crypto, hashes.slice(0, size))).toBe(root);
    expect(treeOf(crypto, hashes.slice(0, size)).root).toBe(root);
  });

  test('given leaf 0 of 8, when its path is taken, then it is the published one', () => {
    expect(inclusionPath(crypto, hashes, 0)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
  });
});

// transparency-dev's cases lie beside the repository in our workshop; a clone elsewhere does not have them.
const vectors = fileURLToPath(new URL('../../../../shared/vectors/merkle/inclusion', import.meta.url));
const isPresent = existsSync(vectors);

describe.skipIf(!isPresent)(
  `transparency-dev inclusion vectors${isPresent ? '' : ' (skipped: no ../shared/vectors)'}`,
  () => {
    interface Vector {
      leafIdx: number;
      treeSize: number;
      root: string;
      leafHash: string;
      proof: string[] | null;
      wantErr: boolean;
    }
    const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');
    const entries = isPresent ? readdirSync(vectors, { recursive: true, encoding: 'utf8' }) : [];
    const files = entries.filter((name) => name.endsWith('.json')).sort();

    test('given the folder, then it holds cases of both kinds', () => {
      expect(files.length).toBeGreaterThan(50);
    });

    test.each(files)('given %s, when verified, then the answer is the expected one', (file) => {
      const vector = JSON.parse(readFileSync(`${vectors}/${file}`, 'utf8')) as Vector;
      const holds = verifyInclusion(crypto, {
        leafHash: hex(vector.leafHash),
        index: vector.leafIdx,
        size: vector.treeSize,
        path: (vector.proof ?? []).map(hex),
        root: hex(vector.root),
      });
      expect(holds).toBe(!vector.wantErr);
    });
  },
);

describe('trees', () => {
  /** The definition itself (RFC 6962, 2.1), against the level-wise construction. */
  function definedRoot(hashes: readonly string[]): string {
    if (hashes.length === 1) return hashes[0] ?? '';
    let split = 1;
    while (split * 2 < hashes.length) split *= 2;
    return nodeHash(crypto, definedRoot(hashes.slice(0, split)), definedRoot(hashes.slice(split)));
  }

  test('given 1 to 70 leaves, when treed, then the root is the defined one and every leaf verifies at its index only', () => {
    for (let size = 1; size <= 70; size++) {
      const hashes = leavesOf(size);
      const { root, paths } = treeOf(crypto, hashes);
      expect(root).toBe(definedRoot(hashes));
      for (const [index, path] of paths.entries()) {
        expect(path).toEqual(inclusionPath(crypto, hashes, index));
        const leaf = hashes[index] ?? '';
        expect(verifyInclusion(crypto, { leafHash: leaf, index, size, path, root })).toBe(true);
        const elsewhere = (index + 1) % size;
        if (size > 1) {
          expect(verifyInclusion(crypto, { leafHash: leaf, index: elsewhere, size, path, root })).toBe(false);
        }
      }
    }
  });

  test('given a path with anything changed, when verified, then false', () => {
    const hashes = leavesOf(13);
    const { root, paths } = treeOf(crypto, hashes);
    const indexes = fc.nat(12);
    fc.assert(
      fc.property(
        indexes,
        fc.nat(3),
        fc.constantFrom('drop', 'swap', 'zero', 'upper', 'repeat'),
        (index, at, how) => {
          const path = paths[index] ?? [];
          const step = at % path.length;
          const node = path[step] ?? '';
          const changed = {
            drop: path.toSpliced(step, 1),
            swap: path.with(step, digest('other')),
            zero: path.with(step, '0'.repeat(64)),
            upper: path.with(step, node.toUpperCase()),
            repeat: path.toSpliced(step, 0, node),
          }[how];
          const leaf = hashes[index] ?? '';
          expect(verifyInclusion(crypto, { leafHash: leaf, index, size: 13, path: changed, root })).toBe(
            false,
          );
        },
      ),
    );
  });

  const raw = (prefix: number, ...hashes: readonly string[]): string =>
    crypto.sha256Hex(Buffer.concat([Buffer.of(prefix), ...hashes.map((hash) => Buffer.from(hash, 'hex'))]));

  test('given an inner node, when what it is made of is passed off as a leaf’s data, then it is not in the tree', () => {
    const [a = '', b = '', c = ''] = leavesOf(3);
    const root = rootOf(crypto, [a, b, c]);
    const inTree = (leaf: string) =>
      verifyInclusion(crypto, { leafHash: leaf, index: 0, size: 2, path: [c], root });
    // Hashed without a prefix of its own, as a node is, the data of two leaves’ hashes would be in a tree of two.
    expect(inTree(raw(0x01, a, b))).toBe(true);
    expect(inTree(raw(0x00, a, b))).toBe(false);
    // Data that is text too, so that the leaf is hashed here as every leaf is.
    const [left, right] = ['41'.repeat(32), '42'.repeat(32)];
    const data = 'A'.repeat(32) + 'B'.repeat(32);
    expect(leafHash(crypto, data)).toBe(raw(0x00, left, right));
    const proof = { index: 0, size: 2, path: [c], root: nodeHash(crypto, raw(0x01, left, right), c) };
    expect(verifyInclusion(crypto, { ...proof, leafHash: nodeHash(crypto, left, right) })).toBe(true);
    expect(verifyInclusion(crypto, { ...proof, leafHash: leafHash(crypto, data) })).toBe(false);
  });

  test('given a leaf, when it is passed off as a node, then nothing below it is in the tree', () => {
    // The data of this leaf are two hashes, end to end: the child of neither is in the tree.
    const [left, right] = ['41'.repeat(32), '42'.repeat(32)];
    const data = 'A'.repeat(32) + 'B'.repeat(32);
    const [b = ''] = leavesOf(1);
    const root = rootOf(crypto, [leafHash(crypto, data), b]);
    const child = { leafHash: left, index: 0, path: [right, b], root };
    for (const size of [2, 3, 4]) expect(verifyInclusion(crypto, { ...child, size })).toBe(false);
    expect(
      verifyInclusion(crypto, {
        ...child,
        size: 4,
        root: nodeHash(crypto, nodeHash(crypto, left, right), b),
      }),
    ).toBe(true);
  });

  test.each([
    [-1, 4],
    [4, 4],
    [0.5, 4],
    [Number.NaN, 4],
    [0, Number.NaN],
    [0, 2 ** 60],
    [0, 0],
  ])('given index %d of %d, when verified, then false', (index, size) => {
    const hashes = leavesOf(4);
    const { root, paths } = treeOf(crypto, hashes);
    const claim = { leafHash: hashes[0] ?? '', path: paths[0] ?? [], root };
    expect(verifyInclusion(crypto, { ...claim, index, size })).toBe(false);
    expect(verifyInclusion(crypto, { ...claim, index: 0, size: 4 })).toBe(true);
  });

  test('given a tree of another size, when a deeper leaf or an inner node is presented in it, then false', () => {
    const [a = '', b = '', c = '', d = ''] = leavesOf(4);
    const [left, right] = [nodeHash(crypto, a, b), nodeHash(crypto, c, d)];
    const root = nodeHash(crypto, left, right);
    // Every hash on the way is right; only the heights are not.
    for (const claim of [
      { leafHash: left, index: 0, size: 4, path: [right] },
      { leafHash: right, index: 3, size: 4, path: [left] },
      { leafHash: root, index: 0, size: 4, path: [] },
      { leafHash: right, index: 0, size: 1, path: [left] },
      { leafHash: d, index: 1, size: 2, path: [c, left] },
    ]) {
      expect(verifyInclusion(crypto, { ...claim, root })).toBe(false);
    }
    expect(verifyInclusion(crypto, { leafHash: right, index: 1, size: 2, path: [left], root })).toBe(true);
  });

  test.each(['', 'x', 'A'.repeat(64)])(
    'given %j as leaf and as root of a tree of one, when verified, then false',
    (text) => {
      expect(verifyInclusion(crypto, { leafHash: text, index: 0, size: 1, path: [], root: text })).toBe(
        false,
      );
      const leaf = digest('leaf');
      expect(verifyInclusion(crypto, { leafHash: leaf, index: 0, size: 1, path: [], root: leaf })).toBe(true);
    },
  );

  test('given a node that is no digest, when hashed, then it is refused', () => {
    expect(() => nodeHash(crypto, 'ff', digest('a'))).toThrowError(
      expect.objectContaining({ code: 'digest_mismatch' }),
    );
  });
});

describe('known nodes', () => {
  test('L1: given any tree, any leaf and any one change, then a proof holds with known nodes exactly when it holds without', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.nat(),
        fc.nat(),
        fc.nat(),
        fc.boolean(),
        (size, at, other, change, mutate) => {
          const leaves = leavesOf(size);
          const { root, paths } = treeOf(crypto, leaves);
          const known: KnownNodes = new Map();
          for (const index of [other % size, (other + 1) % size]) {
            verifyInclusion(
              crypto,
              { leafHash: leaves[index] ?? '', index, size, path: paths[index] ?? [], root },
              known,
            );
          }
          const index = at % size;
          const path = [...(paths[index] ?? [])];
          if (mutate && path.length > 0) path[change % path.length] = leaves[change % size] ?? '';
          const proof = { leafHash: leaves[index] ?? '', index, size, path, root };
          expect(verifyInclusion(crypto, proof, known)).toBe(verifyInclusion(crypto, proof));
          const longer = { ...proof, path: [...path, leaves[0] ?? ''] };
          expect(verifyInclusion(crypto, longer, known)).toBe(verifyInclusion(crypto, longer));
          const elsewhere = { ...proof, index: (index + 1) % size };
          expect(verifyInclusion(crypto, elsewhere, known)).toBe(verifyInclusion(crypto, elsewhere));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('given every leaf of a tree, then each inner node is hashed once', () => {
    const leaves = leavesOf(64);
    const { root, paths } = treeOf(crypto, leaves);
    let hashed = 0;
    const counting = {
      ...crypto,
      sha256Hex: (data: string | Uint8Array) => {
        hashed += 1;
        return crypto.sha256Hex(data);
      },
    };
    const known: KnownNodes = new Map();
    leaves.forEach((hash, index) => {
      const proof = { leafHash: hash, index, size: 64, path: paths[index] ?? [], root };
      expect(verifyInclusion(counting, proof, known)).toBe(true);
    });
    expect(hashed).toBeLessThan(64 + 6);
  });
});

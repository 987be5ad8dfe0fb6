import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyInclusion } from '../merkle.js';
import { crypto } from '../testing/fixtures.js';
import { verifyConsistency } from './consistency.js';

interface Vector {
  readonly leafIdx?: number;
  readonly treeSize?: number;
  readonly root?: string;
  readonly leafHash?: string;
  readonly size1?: number;
  readonly size2?: number;
  readonly root1?: string;
  readonly root2?: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

const hex = (base64 = ''): string => Buffer.from(base64, 'base64').toString('hex');

function holds(vector: Vector): boolean {
  const path = (vector.proof ?? []).map(hex);
  if (vector.size1 === undefined) {
    return verifyInclusion(crypto, {
      leafHash: hex(vector.leafHash),
      index: vector.leafIdx ?? -1,
      size: vector.treeSize ?? -1,
      path,
      root: hex(vector.root),
    });
  }
  return verifyConsistency(crypto, {
    firstSize: vector.size1,
    secondSize: vector.size2 ?? -1,
    firstRoot: hex(vector.root1),
    secondRoot: hex(vector.root2),
    path,
  });
}

describe('transparency-dev: cases of its Merkle vectors', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('../testing/merkle-vectors.json', import.meta.url), 'utf8'),
  ) as { cases: (Vector & { name: string })[] };

  test.each(cases)('L1: given $name, when verified, then the answer is the published one', (vector) => {
    expect(holds(vector)).toBe(!vector.wantErr);
  });
});

const folder = process.env['MERKLE_VECTORS'] ?? '';
const files =
  folder === ''
    ? []
    : readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.json'))
        .sort();

describe.skipIf(folder === '')(
  `transparency-dev: all of its Merkle vectors${folder === '' ? ' (skipped: MERKLE_VECTORS does not name their folder)' : ''}`,
  () => {
    test('given the folder, then it holds inclusion and consistency cases', () => {
      expect(files.filter((name) => name.includes('inclusion/')).length).toBeGreaterThan(50);
      expect(files.filter((name) => name.includes('consistency/')).length).toBeGreaterThan(50);
    });

    test.each(files)('L1: given %s, when verified, then the answer is the published one', (file) => {
      const vector = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Vector;
      expect(holds(vector)).toBe(!vector.wantErr);
    });
  },
);

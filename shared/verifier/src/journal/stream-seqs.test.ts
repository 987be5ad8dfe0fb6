import { nodeCrypto } from '@marketops/proof/node';
import { expect, test } from 'vitest';
import { StreamSeqs } from './stream-seqs.js';

test('given many streams in any order, then it answers what a Map would', () => {
  const seqs = new StreamSeqs(nodeCrypto);
  const map = new Map<string, number>();
  expect(seqs.get('')).toBeUndefined();
  for (let step = 0; step < 20_000; step += 1) {
    const stream = `run/${nodeCrypto.sha256Hex(String((step * 7_919) % 6_000))}`;
    expect(seqs.get(stream)).toBe(map.get(stream));
    const next = (map.get(stream) ?? 0) + 1 + (step % 3);
    seqs.set(stream, next);
    map.set(stream, next);
    expect(seqs.size).toBe(map.size);
  }
  for (const [stream, seq] of map) expect(seqs.get(stream)).toBe(seq);
  expect(seqs.get('run/never')).toBeUndefined();
});

test('given a name of no letters, or one that was never set, then it is told from all others', () => {
  const seqs = new StreamSeqs(nodeCrypto);
  seqs.set('', 3);
  expect([seqs.get(''), seqs.get('system'), seqs.size]).toEqual([3, undefined, 1]);
  seqs.set('system', 1);
  seqs.set('', 4);
  expect([seqs.get(''), seqs.get('system'), seqs.size]).toEqual([4, 1, 2]);
});

import { expect, test } from 'vitest';
import { StreamHeads } from './heads.js';

test('what is newer than the index wins; what is forgotten is asked of the index', () => {
  const indexed = new Map([['old', 3]]);
  const heads = new StreamHeads((stream) => indexed.get(stream) ?? 0, 2);
  expect([heads.get('old'), heads.get('none')]).toEqual([3, 0]);
  heads.set('old', 4);
  heads.set('a', 1);
  heads.set('b', 1);
  expect([heads.get('old'), heads.get('a'), heads.get('b')]).toEqual([4, 1, 1]);
  indexed.set('old', 4);
  heads.set('c', 1);
  heads.set('d', 1);
  expect(heads.get('old')).toBe(4);
  expect(heads.get('d')).toBe(1);
});

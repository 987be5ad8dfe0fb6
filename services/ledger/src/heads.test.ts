import { nodeCrypto } from '@marketops/proof/node';
import { expect, test } from 'vitest';
import { headAfter, StreamHeads } from './heads.js';

test('what is newer than the index wins; what is forgotten is asked of the index', () => {
  const indexed = new Map([['old', { seq: 3, digest: 'd'.repeat(64) }]]);
  const heads = new StreamHeads(nodeCrypto, (stream) => indexed.get(stream), 2);
  const event = ['e'.repeat(64)];
  expect([heads.get('old'), heads.get('none')]).toEqual([3, 0]);
  heads.advance('old', event);
  const old = heads.head('old');
  expect(old).toEqual(headAfter(nodeCrypto, indexed.get('old'), event));
  heads.advance('a', event);
  heads.advance('b', event);
  expect([heads.get('old'), heads.get('a'), heads.get('b')]).toEqual([4, 1, 1]);
  indexed.set('old', old);
  heads.advance('c', event);
  heads.advance('d', event);
  expect(heads.get('old')).toBe(4);
  expect(heads.get('d')).toBe(1);
});

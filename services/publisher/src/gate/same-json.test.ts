import { canonicalJson } from '@marketops/proof';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameJson } from './same-json.js';

/** The same members in another order, at every level. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, reversed(member)]);
  return Object.fromEntries(members.reverse());
};
/** One member or item less, where there is one. */
const cut = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(1);
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).slice(1))
    : value;
};

/** As from a parser, and with a canonical form. */
const json = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
  .filter((value) => {
    try {
      return canonicalJson(value) !== '';
    } catch {
      return false;
    }
  });
const pairs = fc.oneof(
  fc.tuple(json, json),
  json.map((value): [unknown, unknown] => [value, reversed(value)]),
  json.map((value): [unknown, unknown] => [value, cut(value)]),
);

describe('R1: two values of JSON', () => {
  it('are the same exactly where their canonical bytes are', () => {
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const same = canonicalJson(one) === canonicalJson(other);
        expect(isSameJson(one, other)).toBe(same);
        expect(isSameJson(other, one)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<[unknown, unknown]>([
    [{}, []],
    [[], null],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: '1' }],
    [{ 0: 'x' }, ['x']],
    [{ toString: 1 }, { valueOf: 1 }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [
      [1, 2],
      [2, 1],
    ],
  ])('%j and %j differ', (one, other) => {
    expect(isSameJson(one, other)).toBe(false);
    expect(isSameJson(other, one)).toBe(false);
  });
});

import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical.js';
import { digestOf } from './digest.js';
import { ProofError } from './errors.js';
import { admittedJson } from './testing/admitted.js';
import { crypto } from './testing/fixtures.js';

const double = (hex: string): number => Buffer.from(hex, 'hex').readDoubleBE();

describe('RFC 8785: published vectors', () => {
  // Section 3.2.2, with 1E30 left out: see the refusal below.
  const sample = String.raw`{
    "numbers": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  // The last four are testdata of github.com/cyberphone/json-canonicalization.
  test.each([
    [
      'section 3.2.2: literals, numbers and escapes',
      sample,
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    ],
    [
      'section 3.2.3: members by UTF-16 code units',
      String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
        "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis",' +
        '"€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    ['testdata: arrays', '[ 56, { "d": true, "10": null, "1": [ ] } ]', '[56,{"1":[],"10":null,"d":true}]'],
    [
      'testdata: french',
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    ],
    [
      'testdata: structures',
      String.raw`{"1": {"f": {"f": "hi","F": 5} ,"\n": 56.0},"10": { },"": "empty","a": { },"111": [ {"e": "yes","E": "no" } ],"A": { }}`,
      String.raw`{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}`,
    ],
    [
      'testdata: unicode is not normalised',
      String.raw`{"Unnormalized Unicode":"A\u030a"}`,
      '{"Unnormalized Unicode":"A\u030a"}',
    ],
  ])('given %s, when serialised, then the bytes are the published ones', (_, input, output) => {
    expect(canonicalJson(JSON.parse(input))).toBe(output);
  });

  // Appendix B: IEEE 754 bits and the text they must get.
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('appendix B: given the double %s, when serialised, then it is %s', (bits, text) => {
    expect(canonicalJson(double(bits))).toBe(text);
  });

  test.each([
    '4340000000000000',
    'c340000000000000',
    '4430000000000000',
    '44b52d02c7e14af6',
    '444b1ae4d6e2ef4e',
    '444b1ae4d6e2ef50',
    '7fefffffffffffff',
    '7fffffffffffffff',
    '7ff0000000000000',
    'fff0000000000000',
  ])(
    'appendix B: given the double %s (NaN, infinite, or an integer of 2^53 or more), then it is refused',
    (bits) => {
      expect(() => canonicalJson({ a: [double(bits)] })).toThrowError(
        expect.objectContaining({
          code: 'json_unsupported_value',
          message: expect.stringContaining('$.a[0]'),
        }),
      );
    },
  );
});

describe('what has no canonical form', () => {
  class Money {
    amount = 1;
  }
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const holes = [1, 2];
  holes.length = 3;

  test.each<[string, unknown, string]>([
    ['undefined', undefined, '$'],
    ['an undefined member', { a: { b: undefined } }, '$.a.b'],
    ['an undefined item', { a: [0, undefined] }, '$.a[1]'],
    ['a hole', { a: holes }, '$.a[2]'],
    ['a function', { a: () => 1 }, '$.a'],
    ['a symbol', { a: Symbol('s') }, '$.a'],
    ['a bigint', { a: 1n }, '$.a'],
    ['a date', { a: new Date(0) }, '$.a'],
    ['a class instance', [new Money()], '$[0]'],
    ['a map', [new Map()], '$[0]'],
    ['bytes', [new Uint8Array(1)], '$[0]'],
    ['a boxed string', [Object('s')], '$[0]'],
    ['a toJSON member', { toJSON: () => 1 }, '$.toJSON'],
    ['a lone surrogate', { a: 'x\ud800' }, '$.a'],
    ['a lone surrogate in a long string', { a: `${'x'.repeat(200)}\udc00` }, '$.a'],
    ['a lone surrogate in a key', { b: { '\udc00': 1 } }, String.raw`$.b["\udc00"]`],
    ['the key __proto__', JSON.parse('{"a":{"__proto__":1}}'), '$.a.__proto__'],
    [
      'NaN under a key that would rewrite a terminal',
      { '\u001b[2J\n': Number.NaN },
      String.raw`$["\u001b[2J\n"]`,
    ],
    ['NaN', { a: Number.NaN }, '$.a'],
    ['2^53', { a: 2 ** 53 }, '$.a'],
    ['−2^53', { a: -(2 ** 53) }, '$.a'],
  ])('given %s, when serialised, then it is refused and the path named', (_, value, path) => {
    expect(() => canonicalJson(value)).toThrowError(
      expect.objectContaining({
        code: 'json_unsupported_value',
        message: expect.stringContaining(` at ${path} has`),
      }),
    );
  });

  test('given 32 levels, then they are serialised, and given 33 or a cycle, then json_too_deep', () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(canonicalJson(nested(32))).toHaveLength(64);
    expect(() => canonicalJson(nested(33))).toThrowError(expect.objectContaining({ code: 'json_too_deep' }));
    expect(() => canonicalJson(cycle)).toThrowError(expect.objectContaining({ code: 'json_too_deep' }));
    expect(canonicalJson(nested(40), { depthMax: 40 })).toHaveLength(80);
  });

  test('given a limit in bytes, then it counts UTF-8 bytes and not characters', () => {
    expect(canonicalJson('é€😀', { bytesMax: 11 })).toBe('"é€😀"');
    expect(() => canonicalJson('é€😀', { bytesMax: 10 })).toThrowError(
      expect.objectContaining({ code: 'json_too_large' }),
    );
  });

  test('given no prototype, then an object is plain', () => {
    expect(canonicalJson(Object.assign(Object.create(null), { b: 1, a: 2 }))).toBe('{"a":2,"b":1}');
  });

  test('given a refusal, then it is a ProofError that says what to do', () => {
    expect.assertions(2);
    try {
      canonicalJson(undefined);
    } catch (error) {
      expect(error).toBeInstanceOf(ProofError);
      expect(error).toMatchObject({
        name: 'ProofError',
        retry: 'terminal',
        next: expect.stringMatching(/\w/),
      });
    }
  });
});

describe('properties', () => {
  test('given any JSON, when serialised, then it equals the canonicalize library', () => {
    fc.assert(
      fc.property(admittedJson, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 1_000 },
    );
  });

  test('given any JSON, when parsed and serialised again, then nothing changes', () => {
    fc.assert(
      fc.property(admittedJson, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('given many members in any order, when serialised, then they stand by UTF-16 code units', () => {
    const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 4 }), {
      minLength: 20,
      maxLength: 60,
    });
    fc.assert(
      fc.property(keys, (names) => {
        const admitted = names.filter((name) => name !== '__proto__');
        const value = Object.fromEntries(admitted.map((name, index) => [name, index]));
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
    );
  });

  test('law R1: given two values that differ, when digested, then the digests differ, and only then', () => {
    fc.assert(
      fc.property(admittedJson, admittedJson, (one, other) => {
        const same = canonicalize(one) === canonicalize(other);
        expect(digestOf(crypto, one) === digestOf(crypto, other)).toBe(same);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical.js';
import { ProofError } from './errors.js';
import { isCanonicalJson, parseCanonicalJson, parseJson } from './parse-json.js';
import { scanJson } from './scan-json.js';

const refusal = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

describe('JSON from outside', () => {
  test.each([
    ['a duplicate key', '{"a":1,"b":{"a":2},"a":3}', 'json_duplicate_key', 'character 19'],
    [
      'a duplicate key spelt with an escape',
      String.raw`{"a":1,"\u0061":2}`,
      'json_duplicate_key',
      'character 7',
    ],
    ['a duplicate key below an array', '[[],{"k":[],"k":[]}]', 'json_duplicate_key', 'character 12'],
    ['__proto__', '{"a":{"__proto__":{"admin":true}}}', 'json_unsupported_value', 'character 6'],
    [
      '__proto__ spelt with an escape',
      String.raw`{"__pr\u006fto__":1}`,
      'json_unsupported_value',
      'character 1',
    ],
    ['a missing comma', '{"a":1 "b":2}', 'json_malformed', 'character 7'],
    ['a trailing comma', '[1,]', 'json_malformed', 'character 3'],
    ['two values', '1 2', 'json_malformed', 'character 2'],
    ['nothing', '  ', 'json_malformed', 'character 2'],
    ['an open string', '{"a":"b', 'json_malformed', 'character 7'],
    ['a leading zero', '[01]', 'json_malformed', 'character 2'],
    ['a byte order mark', '\ufeff{}', 'json_malformed', 'character 0'],
    ['a comment', '{} // no', 'json_malformed', 'character 3'],
    ['NaN', '[NaN]', 'json_malformed', 'character 1'],
    ['a raw newline in a string', '["a\nb"]', 'json_malformed', 'character 3'],
    ['a bad escape', String.raw`["\x41"]`, 'json_malformed', 'character'],
    ['crossed brackets', '[{]}', 'json_malformed', 'character 2'],
    ['an integer that no double holds', '{"id":9007199254740993}', 'json_unsupported_value', '$.id'],
    ['a number beyond all doubles', '[1e400]', 'json_unsupported_value', '$[0]'],
    ['an escaped lone surrogate', String.raw`{"a":"\ud800"}`, 'json_unsupported_value', '$.a'],
  ])('given %s, when parsed, then it is refused with its place', (_, text, code, place) => {
    expect(() => parseJson(text)).toThrowError(refusal(code, place));
  });

  test('given nesting without end, when parsed, then it meets the limit and not the end of the stack', () => {
    expect(() => parseJson('['.repeat(500_000))).toThrowError(refusal('json_too_deep', 'character 32'));
    expect(() => parseJson('{"a":'.repeat(100_000))).toThrowError(refusal('json_too_deep'));
    const closed = '['.repeat(400_000) + ']'.repeat(400_000);
    expect(() => parseCanonicalJson(closed)).toThrowError(refusal('json_too_deep'));
    expect(parseJson('[[1]]', { depthMax: 2 })).toEqual([[1]]);
    expect(() => parseJson('[[1]]', { depthMax: 1 })).toThrowError(refusal('json_too_deep'));
  });

  test('given more bytes than allowed, when parsed, then nothing is read', () => {
    expect(() => parseJson('"€€"', { bytesMax: 7 })).toThrowError(refusal('json_too_large', '7 bytes'));
    expect(parseJson('"€€"', { bytesMax: 8 })).toBe('€€');
    expect(() => parseJson(`"${'x'.repeat(1_048_576)}"`)).toThrowError(refusal('json_too_large'));
  });

  test('given a secret in malformed text, when refused, then the message does not quote it', () => {
    expect.assertions(4);
    for (const read of [parseJson, parseCanonicalJson]) {
      try {
        read('{"token":ghp_secret}');
      } catch (error) {
        expect(error).toMatchObject({ code: 'json_malformed', message: expect.not.stringContaining('ghp') });
        expect(error).not.toHaveProperty('cause');
      }
    }
  });

  test('given any JSON text with any white space, when parsed, then the value is what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom(0, 1, '\t'), (text, indent) => {
        const value: unknown = JSON.parse(text);
        const spaced = JSON.stringify(value, null, indent);
        let admitted: string;
        try {
          admitted = canonicalJson(value);
        } catch {
          expect(() => parseJson(spaced)).toThrowError(ProofError);
          return;
        }
        expect(canonicalJson(parseJson(spaced))).toBe(admitted);
      }),
      { numRuns: 1_000 },
    );
  });

  test('given JSON with characters dropped, doubled or replaced, then the scan and JSON.parse agree', () => {
    const base = String.raw`{"a":[1,-2.5e+3,true,{"b":"c\"\\\u00e9\n"}],"d":{},"e":[],"f":null}`;
    const edit = fc.record({ at: fc.nat(base.length), cut: fc.nat(2), put: fc.string({ maxLength: 2 }) });
    fc.assert(
      fc.property(edit, ({ at, cut, put }) => {
        const text = base.slice(0, at) + put + base.slice(at + cut);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        let refused: string | undefined;
        try {
          scanJson(text, 32);
        } catch (error) {
          refused = error instanceof ProofError ? error.code : 'another error';
        }
        if (isJson) expect([undefined, 'json_duplicate_key']).toContain(refused);
        else expect(['json_malformed', 'json_duplicate_key']).toContain(refused);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('text that must be canonical', () => {
  test.each([
    ['white space', '{"a": 1}'],
    ['another order', '{"b":1,"a":2}'],
    ['a duplicate key', '{"a":1,"a":1}'],
    ['another number form', '{"a":1.0}'],
    ['an exponent', '[1e2]'],
    ['minus zero', '[-0]'],
    ['a needless escape', String.raw`["\u0041"]`],
    ['an escaped slash', String.raw`["\/"]`],
    ['upper-case hex in an escape', String.raw`["\u001F"]`],
    ['an integer that no double holds', '[9007199254740993]'],
    ['__proto__', '{"__proto__":1}'],
    ['a lone surrogate', '["\ud800"]'],
    ['a trailing newline', '{}\n'],
    ['no JSON', '{'],
  ])('given %s, when asked, then it is not canonical', (_, text) => {
    expect(isCanonicalJson(text)).toBe(false);
    expect(() => parseCanonicalJson(text)).toThrowError(ProofError);
  });

  test('given the canonical form of any JSON, when asked, then it is canonical and reads back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        let text: string;
        try {
          text = canonicalJson(value);
        } catch {
          return;
        }
        expect(isCanonicalJson(text)).toBe(true);
        expect(parseCanonicalJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base32Prefix } from './base32.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { isDigest, writeDigest } from './hex.js';
import { quoted } from './quoted.js';
import { exceedsBytes, utf8Length } from './utf8.js';

const anyBytes = fc.uint8Array({ maxLength: 100 });

describe('base64', () => {
  test('given any bytes, when encoded, then Node reads the same, and decoding gives them back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(text, bytes.length)).toEqual(bytes);
        expect(decodeBase64(text, bytes.length + 1)).toBeUndefined();
      }),
    );
  });

  test('given 64 bytes, when any one character of their base64 is replaced, then they are never read as the same', () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => 255 - index);
    const text = encodeBase64(bytes);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ \n€';
    let tried = 0;
    for (let at = 0; at < text.length; at++) {
      for (const character of alphabet) {
        if (text[at] === character) continue;
        tried++;
        expect(decodeBase64(text.slice(0, at) + character + text.slice(at + 1), 64)).not.toEqual(bytes);
      }
    }
    expect(tried).toBeGreaterThan(5_000);
  });

  test.each([
    ['nothing', ''],
    ['no padding', 'AA'],
    ['set bits under the padding', 'AB=='],
    ['URL-safe digits', '_w=='],
    ['white space', 'AA=\n'],
    ['padding too early', 'A==='],
  ])('given %s, when decoded as one byte, then undefined', (_, text) => {
    expect(decodeBase64(text, 1)).toBeUndefined();
    expect(decodeBase64('AA==', 1)).toEqual(new Uint8Array(1));
  });
});

describe('hex digests', () => {
  const digest = '0123456789abcdef'.repeat(4);
  test('given a digest, when written, then Node reads the same bytes', () => {
    const target = new Uint8Array(65);
    expect(writeDigest(digest, target, 33)).toBe(true);
    expect(Buffer.from(target.subarray(33)).toString('hex')).toBe(digest);
    expect(isDigest(digest)).toBe(true);
  });

  test.each([
    digest.toUpperCase(),
    digest.slice(1),
    `${digest}0`,
    `${digest.slice(1)}g`,
    `g${digest.slice(1)}`,
    ` ${digest.slice(1)}`,
    `${digest.slice(1)}é`,
    `${digest.slice(1)}\n`,
    '',
  ])('given %j, when written, then it is refused', (text) => {
    expect(writeDigest(text, new Uint8Array(32), 0)).toBe(false);
    expect(isDigest(text)).toBe(false);
  });
});

describe('lengths and base32', () => {
  test('given any well-formed text, when measured, then its bytes are counted as Node counts them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(60), (text, bytesMax) => {
        const bytes = Buffer.byteLength(text);
        expect(utf8Length(text)).toBe(bytes);
        expect(exceedsBytes(text, bytesMax)).toBe(bytes > bytesMax);
      }),
    );
  });

  test('given any bytes, when read as base32, then it is their number in base 32', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const digits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
          .toString(32)
          .padStart(32, '0');
        const crockford = '0123456789abcdefghjkmnpqrstvwxyz';
        const expected = [...digits].map((digit) => crockford.charAt(Number.parseInt(digit, 32))).join('');
        expect(base32Prefix(bytes, 32)).toBe(expected);
        expect(base32Prefix(bytes, 26)).toBe(expected.slice(0, 26));
      }),
    );
  });
});

describe('outside text in messages', () => {
  test('given any text, when quoted, then it is one short line of printable ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(quoted(text)).toMatch(/^"[ -~]{0,480}"$/);
      }),
    );
    expect(quoted('a\u001b[2J\n"\u202e\u007f\ud800é')).toBe(
      String.raw`"a\u001b[2J\n\"\u202e\u007f\ud800\u00e9"`,
    );
    expect(quoted('x'.repeat(500))).toHaveLength(82);
  });
});

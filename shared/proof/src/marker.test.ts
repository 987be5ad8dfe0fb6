import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendMarker, hasMarker, markerFor, stripMarker } from './marker.js';
import { generateHmacKey, loadHmacKey } from './node.js';
import { crypto, hmacKey, runId } from './testing/fixtures.js';

const marker = markerFor(crypto, hmacKey, { runId, operationId: 'release' });

describe('markers', () => {
  test('given an operation, when marked, then it is one line of 130 bits that only this key makes', () => {
    expect(marker).toMatch(/^<!-- marketops:[0-9a-hjkmnp-tv-z]{26} -->$/);
    expect(markerFor(crypto, hmacKey, { runId, operationId: 'release' })).toBe(marker);
    expect(markerFor(crypto, hmacKey, { runId, operationId: 'tag' })).not.toBe(marker);
    expect(markerFor(crypto, hmacKey, { runId: `${runId}x`, operationId: 'release' })).not.toBe(marker);
    const otherKey = loadHmacKey(generateHmacKey());
    expect(markerFor(crypto, otherKey, { runId, operationId: 'release' })).not.toBe(marker);
  });

  test('law R1: given any text, when marked and stripped, then it is the text, byte for byte', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', '\n', 'a\n', 'a\n\n', 'a\r\n', `x\n\n${marker}`),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('', '\n', '\r\n'), (body, end) => {
        const marked = appendMarker(body, marker) + end;
        expect(hasMarker(marked, marker)).toBe(true);
        expect(stripMarker(marked, marker)).toBe(body);
      }),
    );
  });

  test('given line ends rewritten by the provider, when stripped, then the marker goes', () => {
    expect(stripMarker(`one\r\n\r\n${marker}`, marker)).toBe('one');
  });

  test.each([
    ['in the middle', `one\n\n${marker}\n\ntwo`],
    ['after one line end only', `one\n${marker}`],
    ['behind text', `one ${marker}`],
  ])('given the marker %s, when stripped, then the text stays and so differs', (_, text) => {
    expect(stripMarker(text, marker)).toBe(text);
  });

  test.each([
    ['absent', 'one', false],
    ['inside a line', `one ${marker}`, false],
    ['followed by text', `${marker} two`, false],
    ['inside a line and then alone', `one ${marker}\n${marker}\n`, true],
    ['first', `${marker}\ntwo`, true],
    ['with a carriage return', `one\r\n${marker}\r\ntwo`, true],
  ])('given the marker %s, when looked for, then found is %3$s', (_, text, found) => {
    expect(hasMarker(text, marker)).toBe(found);
  });
});

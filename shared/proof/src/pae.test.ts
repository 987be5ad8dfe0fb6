import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { preAuthEncoding } from './pae.js';

describe('DSSE pre-authentication encoding', () => {
  const published = 'DSSEv1 29 http://example.com/HelloWorld 11 hello world';

  test('given the example of protocol.md, when encoded, then it is the published text', () => {
    expect(preAuthEncoding('http://example.com/HelloWorld', 'hello world')).toBe(published);
  });

  test('given the example of protocol.md, when its ECDSA signature is verified over our encoding, then it holds', () => {
    const coordinate = (decimal: bigint): string =>
      Buffer.from(decimal.toString(16).padStart(64, '0'), 'hex').toString('base64url');
    const key = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: coordinate(46950820868899156662930047687818585632848591499744589407958293238635476079160n),
        y: coordinate(5640078356564379163099075877009565129882514886557779369047442380624545832820n),
      },
    });
    const signature = Buffer.from(
      'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
      'base64',
    );
    const holds = (text: string): boolean =>
      verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature);
    expect(holds(preAuthEncoding('http://example.com/HelloWorld', 'hello world'))).toBe(true);
    expect(holds(preAuthEncoding('http://example.com/HelloWorld', 'hello World'))).toBe(false);
  });

  test('given text beyond ASCII, when encoded, then lengths are bytes', () => {
    expect(preAuthEncoding('ü', '€😀')).toBe('DSSEv1 2 ü 7 €😀');
  });

  test('given two different pairs, when encoded, then the bytes differ', () => {
    const part = fc.string({ unit: fc.constantFrom('a', ' ', '1', '2', 'é'), maxLength: 6 });
    fc.assert(
      fc.property(part, part, part, part, (type, body, otherType, otherBody) => {
        const same = type === otherType && body === otherBody;
        expect(preAuthEncoding(type, body) === preAuthEncoding(otherType, otherBody)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  test('given a lone surrogate, when encoded, then it is refused: it would share bytes with U+FFFD', () => {
    expect(() => preAuthEncoding('t', '\ud800')).toThrowError(
      expect.objectContaining({ code: 'json_unsupported_value' }),
    );
    expect(() => preAuthEncoding('\udc00', 'b')).toThrowError(
      expect.objectContaining({ code: 'json_unsupported_value' }),
    );
  });
});

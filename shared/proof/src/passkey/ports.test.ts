import { generateKeyPairSync, sign } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeBase64 } from '../base64.js';
import { nodeCrypto } from '../node.js';
import { webCrypto } from '../web.js';
import { carriedSignature, rawSignature } from './ecdsa-signature.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
const keys = {
  node: nodeCrypto.importP256Key(encodeBase64(point)),
  web: webCrypto.importP256Key(encodeBase64(point)),
};
const both = (data: Uint8Array, raw: Uint8Array): boolean[] => [
  nodeCrypto.verifyP256(keys.node, data, raw),
  webCrypto.verifyP256(keys.web, data, raw),
];
const signed = (data: Uint8Array) => sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
const der = (data: Uint8Array): Uint8Array => sign('sha256', data, privateKey);
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const bytesOf = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
const text = Buffer.from('one statement');

describe('P-256 in both ports: one verdict', () => {
  test('given any bytes, then what OpenSSL signed holds in both, and what was changed in neither', () => {
    const change = fc.tuple(fc.nat(63), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), change, (data, [at, by]) => {
        const raw = signed(data);
        expect(both(data, raw)).toEqual([true, true]);
        const changed = Uint8Array.from(raw);
        changed[at] = (changed[at] ?? 0) ^ by;
        expect(both(data, changed)).toEqual([false, false]);
      }),
      { numRuns: 60 },
    );
  });

  test('given r or s that is nothing, the order, or more, then both refuse', () => {
    const raw = signed(text);
    const [r, s] = [raw.subarray(0, 32), raw.subarray(32)];
    for (const other of [Buffer.alloc(32), bytesOf(order), Buffer.alloc(32, 0xff)]) {
      expect(both(text, Buffer.concat([other, s]))).toEqual([false, false]);
      expect(both(text, Buffer.concat([r, other]))).toEqual([false, false]);
    }
    expect(both(text, raw.subarray(0, 63))).toEqual([false, false]);
    expect(both(text, Buffer.concat([raw, Buffer.alloc(1)]))).toEqual([false, false]);
  });

  test('given a key of the other port, or of another kind, then nothing verifies under it', () => {
    const raw = signed(text);
    expect(nodeCrypto.verifyP256(keys.web, text, raw)).toBe(false);
    expect(webCrypto.verifyP256(keys.node, text, raw)).toBe(false);
    const ed25519 = generateKeyPairSync('ed25519').publicKey;
    expect(nodeCrypto.verifyP256(ed25519 as unknown as typeof keys.node, text, raw)).toBe(false);
  });

  const off = Buffer.from(point);
  off.writeUInt8(off.readUInt8(64) ^ 1, 64);
  const compressed = Buffer.from(p256.Point.fromBytes(point).toBytes(true));
  test.each<[string, Uint8Array]>([
    ['a point off the curve', off],
    ['a compressed point', compressed],
    ['the hybrid form', Buffer.concat([Buffer.from([6]), point.subarray(1)])],
    [
      'a point with coordinates of the field’s size and more',
      Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 0xff)]),
    ],
    ['zeros', Buffer.concat([Buffer.from([4]), Buffer.alloc(64)])],
    ['infinity', Buffer.from([0])],
    ['a byte too many', Buffer.concat([point, Buffer.alloc(1)])],
    ['nothing', Buffer.alloc(0)],
  ])('given %s, when imported, then both say key_invalid', (_what, raw) => {
    for (const port of [nodeCrypto, webCrypto]) {
      expect(() => port.importP256Key(encodeBase64(raw))).toThrowError(
        expect.objectContaining({ code: 'key_invalid' }),
      );
    }
  });
});

describe('an ECDSA signature in DER: one form of each', () => {
  test('given what OpenSSL makes, then exactly one of (r, s) and (r, n − s) is taken, and it holds', () => {
    const met = { low: 0, high: 0 };
    for (let time = 0; time < 64; time++) {
      const made = der(text);
      const carried = carriedSignature(made) ?? expect.fail('it is DER');
      const raw = rawSignature(carried) ?? expect.fail('it is the carried form');
      expect(both(text, raw)).toEqual([true, true]);
      const wasLow = rawSignature(made) !== undefined;
      met[wasLow ? 'low' : 'high'] += 1;
      expect(Buffer.compare(made, carried) === 0).toBe(wasLow);
      const twin = Buffer.concat([raw.subarray(0, 32), bytesOf(order - numberOf(raw.subarray(32)))]);
      // It would hold, were it taken.
      expect(both(text, twin)).toEqual([true, true]);
      expect(carriedSignature(carried)).toEqual(carried);
    }
    expect(Math.min(met.low, met.high)).toBeGreaterThan(0);
  });

  test('given any one byte changed, added or taken away, then it is no such form or does not hold', () => {
    const carried = carriedSignature(der(text)) ?? expect.fail('it is DER');
    const changes = [...carried.keys()].flatMap((at) =>
      [1, 2, 0x40, 0x80, 0xff].map((by) => carried.with(at, (carried[at] ?? 0) ^ by)),
    );
    const added = [...carried.keys(), carried.length].map((at) =>
      Uint8Array.from([...carried.subarray(0, at), 0, ...carried.subarray(at)]),
    );
    const taken = [...carried.keys()].map((at) => Uint8Array.from([...carried].toSpliced(at, 1)));
    for (const other of [...changes, ...added, ...taken]) {
      const raw = rawSignature(other);
      if (raw !== undefined) expect(both(text, raw)).toEqual([false, false]);
    }
  });

  test.each([
    ['a longer form of length', '308106020101020101'],
    ['an indefinite length', '3080020101020101'],
    ['a padded r', '30070202000102010100'],
    ['a negative r', '3006020181020101'],
    ['an empty r', '30050200020101'],
    ['more after it', '300602010102010100'],
    ['more inside it', '3007020101020101 00'.replace(' ', '')],
    ['another tag', '3106020101020101'],
    ['a bit string within', '3006030101020101'],
    ['33 bytes', `302602 21 00${'ff'.repeat(33)} 020101`.replaceAll(' ', '')],
    ['nothing', ''],
  ])('given %s, then it is none', (_what, hex) => {
    expect(rawSignature(Buffer.from(hex, 'hex'))).toBeUndefined();
    expect(carriedSignature(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  test('given the smallest there is, then it is taken', () => {
    expect(rawSignature(Buffer.from('3006020101020101', 'hex'))).toHaveLength(64);
  });
});

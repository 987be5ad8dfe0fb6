import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as node from './node.js';
import { cryptoPortContract } from './testing/crypto-port.contract.js';
import * as web from './web.js';

const { nodeCrypto } = node;
const { webCrypto } = web;

cryptoPortContract('the port for browsers', {
  crypto: webCrypto,
  loadSigningKey: web.loadSigningKey,
  loadHmacKey: web.loadHmacKey,
  publicRawBase64: web.publicRawBase64,
});

const { Point } = ed25519;
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const bytesOf = (number: bigint): Buffer =>
  Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();
const order8 = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', true);

describe('one journal, one verdict: the port for browsers answers what the port on node:crypto answers', () => {
  const pair = node.generateSigningKey();
  const keys = {
    node: nodeCrypto.importPublicKey(pair.publicRawBase64),
    web: webCrypto.importPublicKey(pair.publicRawBase64),
  };
  const both = (message: string | Uint8Array, signature: Uint8Array): boolean[] => [
    nodeCrypto.verify(keys.node, message, signature),
    webCrypto.verify(keys.web, message, signature),
  ];

  test('given any text or bytes, then digests, MACs and signatures are the same to the byte', () => {
    const secret = node.generateHmacKey();
    const [a, b] = [node.loadHmacKey(secret), web.loadHmacKey(secret)];
    const [signA, signB] = [node.loadSigningKey(pair.privatePem), web.loadSigningKey(pair.privatePem)];
    const data = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(data, (drawn) => {
        expect(webCrypto.sha256Hex(drawn)).toBe(nodeCrypto.sha256Hex(drawn));
        expect([...webCrypto.hmacSha256(b, drawn)]).toEqual([...nodeCrypto.hmacSha256(a, drawn)]);
        const signature = webCrypto.sign(signB, drawn);
        expect([...signature]).toEqual([...nodeCrypto.sign(signA, drawn)]);
        expect(both(drawn, signature)).toEqual([true, true]);
      }),
      { numRuns: 100 },
    );
  });

  test('given a signature with any one bit changed, then both refuse it', () => {
    const signature = nodeCrypto.sign(node.loadSigningKey(pair.privatePem), 'text');
    for (let bit = 0; bit < 512; bit++) {
      const changed = Uint8Array.from(signature);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(both('text', changed), `bit ${bit}`).toEqual([false, false]);
    }
  });

  test('given s + L, or a point with a second spelling, then both refuse what reads as the same numbers', () => {
    const signature = nodeCrypto.sign(node.loadSigningKey(pair.privatePem), 'text');
    const s = numberOf(signature.subarray(32));
    const larger = Buffer.concat([signature.subarray(0, 32), bytesOf(s + Point.Fn.ORDER)]);
    expect(both('text', larger)).toEqual([false, false]);
    const zeroR = Buffer.concat([Buffer.alloc(32), signature.subarray(32)]);
    expect(both('text', zeroR)).toEqual([false, false]);
  });

  test('given a signature its own key holder made with a point of order 8, then noble would take it, and neither port does', () => {
    const seed = Buffer.from(pair.privatePem.split('\n')[1] ?? '', 'base64').subarray(16);
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
    const message = Buffer.from('one journal');
    const hashed = (r: Uint8Array): bigint =>
      Point.Fn.create(numberOf(sha512(Buffer.concat([r, pointBytes, message]))));
    const nonce = 12_345_678_901_234_567_890n;
    const r = Point.BASE.multiply(nonce).add(order8).toBytes();
    const s = Point.Fn.create(nonce + hashed(r) * scalar);
    const signature = Buffer.concat([r, bytesOf(s)]);
    expect(ed25519.verify(signature, message, pointBytes, { zip215: false })).toBe(true);
    expect(both(message, signature)).toEqual([false, false]);
  });

  test('given 32 bytes that are no point, then both import them and nothing verifies under them', () => {
    const none = Buffer.alloc(32, 2);
    expect(() => Point.fromBytes(none)).toThrow();
    const text = none.toString('base64');
    const signature = new Uint8Array(64);
    expect(nodeCrypto.verify(nodeCrypto.importPublicKey(text), 'x', signature)).toBe(false);
    expect(webCrypto.verify(webCrypto.importPublicKey(text), 'x', signature)).toBe(false);
  });

  test('given a key of the other port, then it signs nothing and verifies nothing', () => {
    const foreign = node.loadSigningKey(pair.privatePem);
    expect(() => webCrypto.sign(foreign, 'x')).toThrowError(expect.objectContaining({ code: 'key_invalid' }));
    expect(webCrypto.verify(keys.node, 'x', new Uint8Array(64))).toBe(false);
  });
});

import { createPublicKey, createSecretKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HmacKey } from './crypto-port.js';
import { loadHmacKey, loadSigningKey, nodeCrypto, publicRawBase64 } from './node.js';
import { cryptoPortContract } from './testing/crypto-port.contract.js';

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const refusal = (code: string): unknown => expect.objectContaining({ code });

cryptoPortContract('the port on node:crypto', {
  crypto: nodeCrypto,
  loadSigningKey,
  loadHmacKey,
  publicRawBase64,
});

describe('RFC 4231: HMAC-SHA256 (law P2)', () => {
  test.each([
    [
      'test case 1',
      '0b'.repeat(20),
      'Hi There',
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      'test case 2',
      Buffer.from('Jefe').toString('hex'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      'test case 6',
      'aa'.repeat(131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('given %s, when computed, then it is the published MAC', (_, key, data, mac) => {
    // Below 32 bytes and repetitive: loadHmacKey would rightly refuse these, so the key is made here.
    const secret = createSecretKey(bytes(key)) as unknown as HmacKey;
    expect(Buffer.from(nodeCrypto.hmacSha256(secret, data)).toString('hex')).toBe(mac);
    expect(Buffer.from(nodeCrypto.hmacSha256(secret, Buffer.from(data))).toString('hex')).toBe(mac);
  });
});

describe('what import keeps out', () => {
  const identity = `01${'00'.repeat(31)}`;

  test('given a key of small order, then OpenSSL would accept a signature of anything, and our import refuses the key', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(identity, 'hex').toString('base64url') };
    const universal = Buffer.concat([bytes(identity), Buffer.alloc(32)]);
    const weak = createPublicKey({ key: jwk, format: 'jwk' });
    expect(verify(null, Buffer.from('anything at all'), weak, universal)).toBe(true);
    expect(() => nodeCrypto.importPublicKey(base64(identity))).toThrowError(refusal('key_invalid'));
  });
});

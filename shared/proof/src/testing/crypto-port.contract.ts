import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { ServiceKey } from '@marketops/contracts';
import { describe, expect, test } from 'vitest';
import type { CryptoPort, HmacKey, SigningKey } from '../crypto-port.js';
import { generateHmacKey, generateSigningKey } from '../node.js';

/** A crypto port with what loads its keys. */
export interface PortUnderTest {
  readonly crypto: CryptoPort;
  loadSigningKey(pem: string): SigningKey;
  loadHmacKey(base64: string): HmacKey;
  publicRawBase64(key: SigningKey): string;
}

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const refusal = (code: string): unknown => expect.objectContaining({ code });

/** PKCS #8 of a seed given in hex. */
const pemOf = (seed: string): string =>
  `-----BEGIN PRIVATE KEY-----\n${base64(`302e020100300506032b657004220420${seed}`)}\n-----END PRIVATE KEY-----\n`;

/** What every crypto port does and refuses, to the letter. */
export function cryptoPortContract(
  name: string,
  { crypto, loadSigningKey, loadHmacKey, publicRawBase64 }: PortUnderTest,
): void {
  describe(name, () => {
    describe('RFC 8032, section 7.1: Ed25519', () => {
      test.each([
        {
          name: 'TEST 1',
          secret: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
          key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
          message: '',
          signature:
            'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
        },
        {
          name: 'TEST 2',
          secret: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
          key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
          message: '72',
          signature:
            '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
        },
        {
          name: 'TEST 3',
          secret: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
          key: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
          message: 'af82',
          signature:
            '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
        },
      ])('given $name, when signed and verified, then the signature is the published one', (vector) => {
        const key = loadSigningKey(pemOf(vector.secret));
        const message = bytes(vector.message);
        expect(publicRawBase64(key)).toBe(base64(vector.key));
        expect(Buffer.from(crypto.sign(key, message)).toString('hex')).toBe(vector.signature);
        const publicKey = crypto.importPublicKey(base64(vector.key));
        expect(crypto.verify(publicKey, message, bytes(vector.signature))).toBe(true);
        expect(crypto.verify(publicKey, Buffer.concat([message, bytes('00')]), bytes(vector.signature))).toBe(
          false,
        );
      });
    });

    describe('hashing and comparing', () => {
      test('given FIPS 180-4 samples, when hashed, then they are the published digests, for text as for its bytes', () => {
        expect(crypto.sha256Hex('abc')).toBe(
          'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        );
        expect(crypto.sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
        expect(crypto.sha256Hex('€')).toBe(crypto.sha256Hex(new Uint8Array([0xe2, 0x82, 0xac])));
      });

      test('given bytes, when compared, then only the same are equal and another length does not throw', () => {
        expect(crypto.equal(bytes('0102'), bytes('0102'))).toBe(true);
        expect(crypto.equal(bytes('0102'), bytes('0103'))).toBe(false);
        expect(crypto.equal(bytes('0102'), bytes('01'))).toBe(false);
        expect(crypto.equal(bytes(''), bytes(''))).toBe(true);
      });

      test('given a signature of another length, or a key that is none, when verified, then false and no throw', () => {
        const pair = generateSigningKey();
        const key = crypto.importPublicKey(pair.publicRawBase64);
        const signature = crypto.sign(loadSigningKey(pair.privatePem), 'x');
        expect(crypto.verify(key, 'x', signature)).toBe(true);
        for (const length of [0, 1, 32, 63, 65, 128]) {
          const other = new Uint8Array(length);
          other.set(signature.subarray(0, length));
          expect(crypto.verify(key, 'x', other)).toBe(false);
        }
        expect(crypto.verify({} as typeof key, 'x', signature)).toBe(false);
      });
    });

    describe('public keys', () => {
      test.each([
        ['all zero', '00'.repeat(32)],
        ['zero with the sign bit', `${'00'.repeat(31)}80`],
        ['the identity with the sign bit', `01${'00'.repeat(30)}80`],
        ['order 2', `ec${'ff'.repeat(30)}7f`],
        ['order 2 with the sign bit', `ec${'ff'.repeat(31)}`],
        ['order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
        ['order 8 with the sign bit', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
        ['the other order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
        [
          'the other order 8 with the sign bit',
          'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
        ],
        ['p itself', `ed${'ff'.repeat(30)}7f`],
        ['p + 1', `ee${'ff'.repeat(30)}7f`],
        ['2^255 − 1', `${'ff'.repeat(31)}7f`],
        ['31 bytes', '01'.repeat(31)],
        ['33 bytes', '01'.repeat(33)],
        ['no bytes', ''],
      ])('given %s, when imported, then key_invalid', (_, hex) => {
        expect(() => crypto.importPublicKey(base64(hex))).toThrowError(refusal('key_invalid'));
      });

      test('given base64 that is not strict, when imported, then key_invalid', () => {
        const good = generateSigningKey().publicRawBase64;
        expect(crypto.importPublicKey(good)).toBeDefined();
        for (const text of [good.slice(0, -1), `${good}\n`, ` ${good}`, good.replace('=', ''), '']) {
          expect(() => crypto.importPublicKey(text)).toThrowError(refusal('key_invalid'));
        }
      });

      test('given a new pair, then its public half fits the keyring’s schema and verifies what the private half signs', () => {
        const pair = generateSigningKey();
        expect(ServiceKey.shape.public_key.safeParse(pair.publicRawBase64).success).toBe(true);
        const key: SigningKey = loadSigningKey(pair.privatePem);
        expect(publicRawBase64(key)).toBe(pair.publicRawBase64);
        const signature = crypto.sign(key, 'text');
        expect(crypto.verify(crypto.importPublicKey(pair.publicRawBase64), 'text', signature)).toBe(true);
      });
    });

    describe('private keys and secrets at boot', () => {
      test.each([
        ['nothing', () => ''],
        ['no PEM', () => 'secret-but-no-pem'],
        [
          'a public key',
          () =>
            createPublicKey(generateSigningKey().privatePem)
              .export({ format: 'pem', type: 'spki' })
              .toString(),
        ],
        [
          'an RSA key',
          () =>
            generateKeyPairSync('rsa', { modulusLength: 2048 })
              .privateKey.export({ format: 'pem', type: 'pkcs8' })
              .toString(),
        ],
        [
          'an X25519 key',
          () => generateKeyPairSync('x25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
        ],
      ])('given %s, when loaded as signing key, then key_invalid without quoting it', (_, pem) => {
        expect.assertions(2);
        try {
          loadSigningKey(pem());
        } catch (error) {
          expect(error).toMatchObject({
            code: 'key_invalid',
            message: expect.not.stringContaining('secret'),
          });
          expect(error).not.toHaveProperty('cause');
        }
      });

      test.each([
        ['nothing', ''],
        ['31 bytes', Buffer.alloc(31, 7).toString('base64')],
        ['33 bytes', Buffer.alloc(33, 7).toString('base64')],
        ['zeros', Buffer.alloc(32).toString('base64')],
        ['one byte repeated', Buffer.alloc(32, 0xa5).toString('base64')],
        ['a word repeated', Buffer.alloc(32, 'changeme').toString('base64')],
        ['a few bytes repeated', Buffer.alloc(32, Buffer.from('deadbeef', 'hex')).toString('base64')],
        ['a password', Buffer.from('correct-horse-battery-staple-123').toString('base64')],
        [
          'a counting sequence',
          Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64'),
        ],
        [
          'a sequence that wraps',
          Buffer.from(Array.from({ length: 32 }, (_, index) => 250 + 7 * index)).toString('base64'),
        ],
        ['hex instead of base64', 'ab'.repeat(32)],
        ['no padding', generateHmacKey().replace('=', '')],
      ])('given %s, when loaded as HMAC key, then it refuses to boot', (_, secret) => {
        expect(() => loadHmacKey(secret)).toThrowError(refusal('key_invalid'));
      });

      test('given generated secrets, when loaded, then all are taken, with a file’s trailing newline too', () => {
        const macs = Array.from({ length: 200 }, () =>
          Buffer.from(crypto.hmacSha256(loadHmacKey(`${generateHmacKey()}\n`), 'x')).toString('hex'),
        );
        expect(new Set(macs).size).toBe(200);
      });
    });
  });
}

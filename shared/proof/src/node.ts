import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { decodeBase64 } from './base64.js';
import type { CryptoPort, HmacKey, P256Key, SigningKey, VerifyingKey } from './crypto-port.js';
import { isSafePublicKey } from './ed25519-points.js';
import { ProofError } from './errors.js';
import { isWeakSecret } from './weak-secret.js';

export { isWeakSecret };

// The brands exist in types only: in Node each of them is a KeyObject, and this is the one place that knows it.
const keyObject = (key: SigningKey | VerifyingKey | P256Key | HmacKey): KeyObject =>
  key as unknown as KeyObject;
const signingKey = (key: KeyObject): SigningKey => key as unknown as SigningKey;

const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === 'string' ? Buffer.from(data, 'utf8') : data;

/** The port on node:crypto (OpenSSL). Synchronous: every call is microseconds. */
export const nodeCrypto: CryptoPort = {
  sha256Hex: (data) => hash('sha256', data, 'hex'),
  hmacSha256: (key, data) => createHmac('sha256', keyObject(key)).update(data).digest(),
  sign: (key, data) => sign(null, bytesOf(data), keyObject(key)),
  verify(key, data, signature) {
    try {
      return signature.length === 64 && verify(null, bytesOf(data), keyObject(key), signature);
    } catch {
      // An error while checking is a failed check (law P8).
      return false;
    }
  },
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
  importPublicKey(rawBase64) {
    const raw = decodeBase64(rawBase64, 32);
    if (raw === undefined || !isSafePublicKey(raw)) {
      throw new ProofError(
        'key_invalid',
        'A public key must be 32 bytes in base64 and a safe Ed25519 point.',
      );
    }
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') };
    return createPublicKey({ key: jwk, format: 'jwk' }) as unknown as VerifyingKey;
  },
  verifyP256(key, data, signature) {
    try {
      const p256 = { key: keyObject(key), dsaEncoding: 'ieee-p1363' as const };
      return (
        p256.key.asymmetricKeyType === 'ec' &&
        signature.length === 64 &&
        verify('sha256', data, p256, signature)
      );
    } catch {
      // An error while checking is a failed check (law P8).
      return false;
    }
  },
  importP256Key(rawBase64) {
    const raw = decodeBase64(rawBase64, 65);
    const refused = 'A passkey’s public key must be an uncompressed point of P-256: 65 bytes in base64.';
    if (raw === undefined || raw[0] !== 4) throw new ProofError('key_invalid', refused);
    const [x, y] = [raw.subarray(1, 33), raw.subarray(33)].map((half) =>
      Buffer.from(half).toString('base64url'),
    );
    try {
      const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' };
      return createPublicKey({ key: jwk, format: 'jwk' }) as unknown as P256Key;
    } catch (cause) {
      throw new ProofError('key_invalid', refused, { cause });
    }
  },
};

/**
 * As the port's `verify`, on another thread (libuv's pool): for whoever has many signatures to verify and other work meanwhile.
 * Never rejects.
 */
export const verifyInPool = (
  key: VerifyingKey,
  data: string | Uint8Array,
  signature: Uint8Array,
): Promise<boolean> =>
  new Promise((resolve) => {
    if (signature.length !== 64) return resolve(false);
    try {
      // An error while checking is a failed check (law P8).
      verify(null, bytesOf(data), keyObject(key), signature, (fault, holds) =>
        resolve(fault === null && holds),
      );
    } catch {
      resolve(false);
    }
  });

/** The raw 32 bytes of the public half, as the keyring lists it. */
export function publicRawBase64(key: SigningKey): string {
  const { x } = createPublicKey(keyObject(key)).export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url').toString('base64');
}

/** The 32 bytes a private half was made from, for a look at their randomness when it is loaded, and nothing else. */
export function privateSeed(key: SigningKey): Uint8Array {
  const { d } = keyObject(key).export({ format: 'jwk' });
  return Buffer.from(d ?? '', 'base64url');
}

/** A new Ed25519 pair: the private half as PKCS #8 PEM (a file of mode 0600), the public half for the keyring. */
export function generateSigningKey(): { privatePem: string; publicRawBase64: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const privatePem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { privatePem, publicRawBase64: publicRawBase64(signingKey(privateKey)) };
}

/**
 * Loads the private half once, at start.
 * @throws ProofError `key_invalid` for anything but an Ed25519 private key; no cause, since OpenSSL's errors may quote it
 */
export function loadSigningKey(pem: string): SigningKey {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    key = undefined;
  }
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new ProofError('key_invalid', 'The signing key is not an Ed25519 private key in PEM form.');
  }
  return signingKey(key);
}

/** A new shared secret: 32 random bytes in base64. */
export const generateHmacKey = (): string => randomBytes(32).toString('base64');

/**
 * Loads a shared secret once, at start. Weak ones are refused at boot: an HMAC key somebody can guess is a mint.
 * @throws ProofError `key_invalid`; the message never holds the secret
 */
export function loadHmacKey(base64: string): HmacKey {
  const secret = decodeBase64(base64.trim(), 32);
  if (secret === undefined)
    throw new ProofError('key_invalid', 'The HMAC key is not 32 bytes in padded base64.');
  if (isWeakSecret(secret)) {
    throw new ProofError('key_invalid', 'The HMAC key is not random: it is repetitive, a sequence, or text.');
  }
  return createSecretKey(secret) as unknown as HmacKey;
}

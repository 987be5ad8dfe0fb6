import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import type { CryptoPort, HmacKey, P256Key, SigningKey, VerifyingKey } from './crypto-port.js';
import { isSafePublicKey } from './ed25519-points.js';
import { ProofError } from './errors.js';
import { isWeakSecret } from './weak-secret.js';

const { Point } = ed25519;
type CurvePoint = InstanceType<typeof Point>;

/** What stands behind the brands here; nothing outside this module can read it. */
const seeds = new WeakMap<SigningKey, Uint8Array>();
const secrets = new WeakMap<HmacKey, Uint8Array>();
const points = new WeakMap<P256Key, Uint8Array>();
const publicHalves = new WeakMap<
  VerifyingKey,
  { readonly raw: Uint8Array; readonly minus: CurvePoint | undefined }
>();

const utf8 = new TextEncoder();
const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === 'string' ? utf8.encode(data) : data;

/** The 32 bytes as the little-endian number they are. */
function numberOf(bytes: Uint8Array): bigint {
  let number = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) number = (number << 8n) | BigInt(bytes[index] ?? 0);
  return number;
}

/**
 * The equation as OpenSSL checks it, without the cofactor: R = sB − kA, compared as bytes. Noble's own `verify` multiplies
 * both sides by 8, so that whoever holds a key could make signatures which hold here and not there: the same journal
 * would be whole in a browser and broken in Node.
 */
function holds(raw: Uint8Array, minus: CurvePoint, message: Uint8Array, signature: Uint8Array): boolean {
  const r = signature.subarray(0, 32);
  const s = numberOf(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  const k = Point.Fn.create(numberOf(sha512.create().update(r).update(raw).update(message).digest()));
  const found = Point.BASE.multiplyUnsafe(s).add(minus.multiplyUnsafe(k)).toBytes();
  return same(found, r);
}

/** Looks at every byte whatever the ones before it were. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let differs = 0;
  for (let index = 0; index < a.length; index++) differs |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return differs === 0;
}

function known<Key extends object, Held>(keys: WeakMap<Key, Held>, key: Key): Held {
  const held = keys.get(key);
  if (held === undefined) throw new ProofError('key_invalid', 'The key was not loaded by this port.');
  return held;
}

/** Undefined for 32 bytes that are no point of the curve: a key under which nothing verifies, as with OpenSSL. */
function pointOf(raw: Uint8Array): CurvePoint | undefined {
  try {
    return Point.fromBytes(raw);
  } catch {
    return undefined;
  }
}

/**
 * The port for browsers, in JavaScript (noble): no node builtin, no `await`. It accepts and refuses exactly what the
 * port on OpenSSL does, and is slower: an Ed25519 verification takes about a millisecond.
 */
export const webCrypto: CryptoPort = {
  sha256Hex: (data) => bytesToHex(sha256(bytesOf(data))),
  hmacSha256: (key, data) => hmac(sha256, known(secrets, key), bytesOf(data)),
  sign: (key, data) => ed25519.sign(bytesOf(data), known(seeds, key)),
  verify(key, data, signature) {
    try {
      const { raw, minus } = known(publicHalves, key);
      return signature.length === 64 && minus !== undefined && holds(raw, minus, bytesOf(data), signature);
    } catch {
      // An error while checking is a failed check (law P8).
      return false;
    }
  },
  equal: same,
  importPublicKey(rawBase64) {
    const raw = decodeBase64(rawBase64, 32);
    if (raw === undefined || !isSafePublicKey(raw)) {
      throw new ProofError(
        'key_invalid',
        'A public key must be 32 bytes in base64 and a safe Ed25519 point.',
      );
    }
    const key = Object.freeze({}) as unknown as VerifyingKey;
    publicHalves.set(key, { raw, minus: pointOf(raw)?.negate() });
    return key;
  },
  verifyP256(key, data, signature) {
    try {
      const options = { format: 'compact', lowS: false, prehash: true } as const;
      return signature.length === 64 && p256.verify(signature, data, known(points, key), options);
    } catch {
      // An error while checking is a failed check (law P8).
      return false;
    }
  },
  importP256Key(rawBase64) {
    const raw = decodeBase64(rawBase64, 65);
    if (raw === undefined || raw[0] !== 4 || !p256.utils.isValidPublicKey(raw, false)) {
      throw new ProofError(
        'key_invalid',
        'A passkey’s public key must be an uncompressed point of P-256: 65 bytes in base64.',
      );
    }
    const key = Object.freeze({}) as unknown as P256Key;
    points.set(key, raw);
    return key;
  },
};

/** Of PKCS #8 for Ed25519 (RFC 8410), before the 32 bytes of the seed. */
const pkcs8Prefix = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
const pem = /^-----BEGIN PRIVATE KEY-----\r?\n([A-Za-z0-9+/=]{64})\r?\n-----END PRIVATE KEY-----\r?\n?$/;

/**
 * Loads the private half from PKCS #8 PEM, as `generateSigningKey` of the Node port writes it.
 * @throws ProofError `key_invalid` for anything else; the message never holds the secret
 */
export function loadSigningKey(text: string): SigningKey {
  const der = decodeBase64(pem.exec(text)?.[1] ?? '', 48);
  if (der === undefined || !pkcs8Prefix.every((byte, index) => der[index] === byte)) {
    throw new ProofError('key_invalid', 'The signing key is not an Ed25519 private key in PEM form.');
  }
  const key = Object.freeze({}) as unknown as SigningKey;
  seeds.set(key, der.slice(pkcs8Prefix.length));
  return key;
}

/** The raw 32 bytes of the public half, as the keyring lists it. */
export const publicRawBase64 = (key: SigningKey): string =>
  encodeBase64(ed25519.getPublicKey(known(seeds, key)));

/**
 * Loads a shared secret. Weak ones are refused: an HMAC key somebody can guess is a mint.
 * @throws ProofError `key_invalid`; the message never holds the secret
 */
export function loadHmacKey(base64: string): HmacKey {
  const secret = decodeBase64(base64.trim(), 32);
  if (secret === undefined)
    throw new ProofError('key_invalid', 'The HMAC key is not 32 bytes in padded base64.');
  if (isWeakSecret(secret)) {
    throw new ProofError('key_invalid', 'The HMAC key is not random: it is repetitive, a sequence, or text.');
  }
  const key = Object.freeze({}) as unknown as HmacKey;
  secrets.set(key, secret);
  return key;
}

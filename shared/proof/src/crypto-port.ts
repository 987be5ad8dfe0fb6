declare const purpose: unique symbol;

/** The private half of an Ed25519 pair. Opaque: in Node a `KeyObject`, made once and never serialised from here. */
export interface SigningKey {
  readonly [purpose]: 'signing';
}
/** The public half of an Ed25519 pair, checked when it was imported. */
export interface VerifyingKey {
  readonly [purpose]: 'verifying';
}
/** The public half of an ECDSA pair on P-256, a passkey's, checked when it was imported. */
export interface P256Key {
  readonly [purpose]: 'p256';
}
/** A shared 32-byte secret for HMAC-SHA256. Who holds it can verify and can also make (see law R2). */
export interface HmacKey {
  readonly [purpose]: 'hmac';
}

/**
 * All the cryptography this package needs, synchronous and without I/O. The key types are distinct brands, so
 * that a shared secret can never be passed where a signature is meant.
 */
export interface CryptoPort {
  /** SHA-256 as 64 lower-case hex digits; a string is hashed as its UTF-8 bytes. */
  sha256Hex(data: string | Uint8Array): string;
  /** HMAC-SHA256 (RFC 2104): 32 bytes. */
  hmacSha256(key: HmacKey, data: string | Uint8Array): Uint8Array;
  /** Ed25519 (RFC 8032): 64 bytes, deterministic. */
  sign(key: SigningKey, data: string | Uint8Array): Uint8Array;
  /** True where the signature holds. Never throws: a signature of another length is simply false. */
  verify(key: VerifyingKey, data: string | Uint8Array, signature: Uint8Array): boolean;
  /** Constant time in the contents; false where the lengths differ. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
  /**
   * @param rawBase64 the 32 raw bytes in padded base64
   * @throws ProofError `key_invalid` for another length, a non-canonical encoding or a point of small order
   */
  importPublicKey(rawBase64: string): VerifyingKey;
  /**
   * ECDSA on P-256 with SHA-256 (FIPS 186-5). Of a signature (r, s) the twin (r, n − s) holds as well: who takes one from
   * outside takes one form only.
   * @param signature r‖s, 32 bytes each
   * @returns true where the signature holds. Never throws
   */
  verifyP256(key: P256Key, data: Uint8Array, signature: Uint8Array): boolean;
  /**
   * @param rawBase64 the 65 bytes of the uncompressed point (SEC 1) in padded base64
   * @throws ProofError `key_invalid` for another form, and for what is no point of the curve
   */
  importP256Key(rawBase64: string): P256Key;
}

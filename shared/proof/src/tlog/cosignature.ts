import type { CryptoPort, VerifyingKey } from '../crypto-port.js';
import { cosignatureKeyType, type NoteSigner, type NoteSigningKey, noteKeyId } from './note-keys.js';

/**
 * What a witness signs (c2sp.org/tlog-cosignature, version 1): that at a time, the largest tree it has seen of this log has
 * this root. The bytes in the note are the time as a uint64 and the 64 bytes of an Ed25519 signature.
 */
const signatureBytes = 8 + 64;

const message = (time: number, text: string): string => `cosignature/v1\ntime ${time}\n${text}`;

/** @param timeSeconds POSIX time of the signature, in whole seconds */
export const cosignatureSigner = (
  crypto: CryptoPort,
  { name, key, publicKey }: NoteSigningKey,
  timeSeconds: number,
): NoteSigner => ({
  name,
  keyId: noteKeyId(crypto, name, cosignatureKeyType, publicKey),
  sign(text) {
    const bytes = new Uint8Array(signatureBytes);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(timeSeconds));
    bytes.set(crypto.sign(key, message(timeSeconds, text)), 8);
    return bytes;
  },
});

/**
 * The time in a cosignature, in POSIX seconds. It is signed, and nobody vouches for the witness's clock.
 * @returns undefined where the bytes are no cosignature, or the time is beyond 2^53 − 1
 */
export function cosignatureTime(signature: Uint8Array): number | undefined {
  if (signature.length !== signatureBytes) return undefined;
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  return time > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(time);
}

/** Whether a witness's key signed this text at the time the signature names. */
export function verifyCosignature(
  crypto: CryptoPort,
  key: VerifyingKey,
  text: string,
  signature: Uint8Array,
): boolean {
  const time = cosignatureTime(signature);
  return time !== undefined && crypto.verify(key, message(time, text), signature.subarray(8));
}

import { decodeBase64, encodeBase64 } from '../base64.js';
import type { CryptoPort } from '../crypto-port.js';
import { writeDigest } from '../hex.js';

/** The 32 bytes of a digest of 64 lower-case hex digits. */
export function digestBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(32);
  writeDigest(hex, bytes, 0);
  return bytes;
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as lower-case hex digits. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index++) text += hexOfByte[bytes[index] ?? 0] ?? '';
  return text;
}

/** A digest as the formats of C2SP write it: padded base64. */
export const digestBase64 = (hex: string): string => encodeBase64(digestBytes(hex));

/** @returns undefined for anything but the one padded base64 of 32 bytes */
export function digestOfBase64(text: string): string | undefined {
  const bytes = decodeBase64(text, 32);
  return bytes === undefined ? undefined : hexOf(bytes);
}

/** Decodes padded base64 of any length, strictly. @returns undefined for anything else */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decodeBase64(text, (text.length / 4) * 3 - padding);
}

/**
 * A count as ASCII decimal without leading zeroes.
 * @returns undefined for anything else, and beyond 2^53 − 1
 */
export function countOf(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : undefined;
}

/** SHA-256(0x00 ‖ data): a leaf of a log whose entries are bytes. */
export function leafHashOfBytes(crypto: CryptoPort, data: Uint8Array): string {
  const prefixed = new Uint8Array(data.length + 1);
  prefixed.set(data, 1);
  return crypto.sha256Hex(prefixed);
}

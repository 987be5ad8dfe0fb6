const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value;

const valueAt = (text: string, index: number): number => {
  const unit = text.charCodeAt(index);
  return unit < 128 ? (values[unit] ?? -1) : -1;
};

/** Standard base64 with padding (RFC 4648, section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const rest = bytes.length - index;
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    text +=
      (rest > 1 ? alphabet.charAt((group >> 6) & 63) : '=') + (rest > 2 ? alphabet.charAt(group & 63) : '=');
  }
  return text;
}

/**
 * Decodes padded base64 of exactly `length` bytes, strictly: the unused bits of the last character must be zero, or
 * four spellings would pass for one signature and a changed byte could go unnoticed.
 * @returns undefined for anything else
 */
export function decodeBase64(text: string, length: number): Uint8Array | undefined {
  const padding = (3 - (length % 3)) % 3;
  const characters = ((length + padding) / 3) * 4 - padding;
  if (typeof text !== 'string' || text.length !== characters + padding) return undefined;
  for (let index = characters; index < text.length; index++) if (text[index] !== '=') return undefined;
  const bytes = new Uint8Array(length);
  let invalid = 0;
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < characters; index++) {
    const value = valueAt(text, index);
    invalid |= value;
    held = ((held << 6) | (value & 63)) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
    }
  }
  const unused = held & ((1 << bits) - 1);
  return invalid < 0 || unused !== 0 ? undefined : bytes;
}

/**
 * Decodes padded base64 of at most `bytesMax` bytes, as strictly.
 * @returns undefined for anything else
 */
export function decodeBase64Upto(text: string, bytesMax: number): Uint8Array | undefined {
  if (typeof text !== 'string' || text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const length = (text.length / 4) * 3 - padding;
  return length > bytesMax || length < 0 ? undefined : decodeBase64(text, length);
}

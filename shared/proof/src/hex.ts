const nibbles = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value++) nibbles[value.toString(16).charCodeAt(0)] = value;

const nibble = (unit: number): number => (unit < 128 ? (nibbles[unit] ?? -1) : -1);

/**
 * Writes a digest's 32 bytes to `target`. Strict: exactly 64 lower-case digits. An attacker who could spell one digest
 * two ways could make two proofs of one.
 * @returns false, with `target` undefined from `offset` on, where `hex` is anything else
 */
export function writeDigest(hex: string, target: Uint8Array, offset: number): boolean {
  if (hex.length !== 64) return false;
  let invalid = 0;
  for (let index = 0; index < 32; index++) {
    const byte = (nibble(hex.charCodeAt(2 * index)) << 4) | nibble(hex.charCodeAt(2 * index + 1));
    invalid |= byte;
    target[offset + index] = byte;
  }
  // A digit that is none contributes −1, whose sign bit no digit can clear.
  return invalid >= 0;
}

const scratch = new Uint8Array(32);

/** Whether a value is a SHA-256 as 64 lower-case hex digits. (By table: a pattern's branches on random digits cost thrice.) */
export const isDigest = (value: unknown): value is string =>
  typeof value === 'string' && writeDigest(value, scratch, 0);

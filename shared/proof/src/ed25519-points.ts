/**
 * Encodings of public keys that verify more than they should (RFC 8032 leaves refusing them to us). Under a point of
 * small order one signature can hold for many messages; a y of p or more is a second spelling of another key. The
 * sign bit, the highest of the last byte, is ignored: both signs are refused.
 */
const smallOrderY = [
  // y = 0 (order 4), y = 1 (order 1), y = p − 1 (order 2)
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  // the two y of order 8
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
];

/** y ≥ p = 2^255 − 19: little-endian, all bytes full but the lowest at 0xed or more. */
function isNonCanonical(y: Uint8Array): boolean {
  return (y[0] ?? 0) >= 0xed && y[31] === 0x7f && y.subarray(1, 31).every((byte) => byte === 0xff);
}

/** Whether 32 raw bytes may be trusted as an Ed25519 public key as far as their encoding shows. */
export function isSafePublicKey(raw: Uint8Array): boolean {
  if (raw.length !== 32) return false;
  const y = raw.slice();
  y[31] = (y[31] ?? 0) & 0x7f;
  let hex = '';
  for (const byte of y) hex += byte.toString(16).padStart(2, '0');
  return !smallOrderY.includes(hex) && !isNonCanonical(y);
}

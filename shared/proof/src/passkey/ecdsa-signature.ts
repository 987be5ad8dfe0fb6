/** The order of P-256 (FIPS 186-5). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const half = order >> 1n;
const scalarBytes = 32;

const numberOf = (bytes: Uint8Array): bigint => {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  return number;
};

function bytesOf(number: bigint): Uint8Array {
  const bytes = new Uint8Array(scalarBytes);
  let rest = number;
  for (let index = scalarBytes - 1; index >= 0; index--) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** One INTEGER in its one DER form, without a sign; undefined for any other spelling, and for more than 32 bytes. */
function integerAt(
  der: Uint8Array,
  at: number,
): { readonly value: Uint8Array; readonly end: number } | undefined {
  const length = der[at + 1] ?? 0;
  const [start, end] = [at + 2, at + 2 + length];
  if (der[at] !== 0x02 || length === 0 || end > der.length) return undefined;
  const [first = 0, second = 0] = der.subarray(start, end);
  if (first >= 0x80 || (first === 0 && length > 1 && second < 0x80)) return undefined;
  const value = der.subarray(first === 0 && length > 1 ? start + 1 : start, end);
  return value.length > scalarBytes ? undefined : { value, end };
}

/** r and s of a strict `SEQUENCE { INTEGER r, INTEGER s }` with nothing after it. */
function numbersOf(der: Uint8Array): { readonly r: bigint; readonly s: bigint } | undefined {
  // Two numbers of 33 bytes, their heads and the sequence's: a longer form of length is never the shortest.
  if (der.length < 8 || der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const r = integerAt(der, 2);
  const s = r === undefined ? undefined : integerAt(der, r.end);
  if (r === undefined || s === undefined || s.end !== der.length) return undefined;
  return { r: numberOf(r.value), s: numberOf(s.value) };
}

/**
 * A signature as WebAuthn has it (DER) as r‖s, 32 bytes each, as `CryptoPort.verifyP256` takes it.
 *
 * With (r, s) the pair (r, n − s) holds as well, and anybody can make it: of the two only the lower s is taken, or whoever
 * carries an approval could carry it twice, under two digests.
 * @returns undefined for any spelling but the one
 */
export function rawSignature(der: Uint8Array): Uint8Array | undefined {
  const numbers = numbersOf(der);
  if (numbers === undefined || numbers.s > half) return undefined;
  const raw = new Uint8Array(2 * scalarBytes);
  raw.set(bytesOf(numbers.r));
  raw.set(bytesOf(numbers.s), scalarBytes);
  return raw;
}

/**
 * The form in which an authenticator's signature is carried: the lower s, where the authenticator chose the higher.
 * @returns undefined where it is no DER of two numbers below the order
 */
export function carriedSignature(der: Uint8Array): Uint8Array | undefined {
  const numbers = numbersOf(der);
  if (numbers === undefined || numbers.r >= order || numbers.s >= order) return undefined;
  const { r, s } = numbers;
  return sequenceOf([r, s > half ? order - s : s].map(bytesOf));
}

function sequenceOf(values: readonly Uint8Array[]): Uint8Array {
  const inside = values.flatMap((bytes) => {
    const first = bytes.findIndex((byte) => byte !== 0);
    const least = [...bytes.subarray(first < 0 ? bytes.length - 1 : first)];
    const value = (least[0] ?? 0) >= 0x80 ? [0, ...least] : least;
    return [0x02, value.length, ...value];
  });
  return Uint8Array.from([0x30, inside.length, ...inside]);
}

import { crc32 } from './crc32.js';

/**
 * How a journal file that is finished stands on the disk: BGZF, which is gzip (RFC 1952) in members of at most 64 KiB, each of
 * which says how long it is (the `BC` extra field; SAM specification, section 4.1). `gzip -dc` gives the journal file.
 *
 *     data member … data member │ index member │ end marker
 *     65,280 bytes of the file, │ empty; lists │ empty; the 28 bytes
 *     the last one the rest     │ the members  │ of the specification
 *
 * Every member but the last holds the same number of bytes, so where a byte stands is arithmetic and one look into the list.
 * The list tells of each member its length and the CRC-32 of its bytes as they stand on the disk, so that no byte can change
 * without being noticed, even one that unpacks to the same. It proves nothing: what unpacks is verified as ever.
 */
export const memberRawBytes = 65_280;
/** More than the longest file a ledger can be told to write: 623 MiB. */
const membersMax = 10_000;

/** Behind the member's twelve fixed bytes, the `BC` field. */
export const headBytes = 18;
/** CRC-32 and length of what was packed. */
export const footBytes = 8;
const memberBytesMax = 65_536;
/** An empty deflate stream, and CRC-32 and length of nothing. */
const emptyBody = Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const gzipStart = Uint8Array.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff);
const lengthField = Uint8Array.of(0x42, 0x43, 2, 0);
export const endMarker: Uint8Array = Uint8Array.of(...gzipStart, 6, 0, ...lengthField, 0x1b, 0, ...emptyBody);

/** The field `MO` of the index member: raw length (8), per member length − 1 (2) and CRC-32 (4), CRC-32 of these (4), length of the index member (4). */
const rowBytes = 6;
const indexFrame = 16;
const indexHeadBytes = headBytes + 4;
/** What is read first: it says how long the index member is. */
export const tailBytes: number = 4 + emptyBody.length + endMarker.length;
const indexBytesMax = memberBytesMax;

/** The list of members. `offsets` has one more: where they end. */
export interface SealedTable {
  readonly rawBytes: number;
  readonly offsets: readonly number[];
  readonly crcs: readonly number[];
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const isAt = (bytes: Uint8Array, at: number, expected: Uint8Array): boolean =>
  expected.every((byte, index) => bytes[at + index] === byte);

/**
 * From the last bytes of a file.
 * @returns how many bytes from the end the index member begins; a text that says what is wrong
 */
export function indexDistance(tail: Uint8Array): number | string {
  if (tail.length !== tailBytes) return 'it is too short';
  if (!isAt(tail, tailBytes - endMarker.length, endMarker)) return 'it does not end with the end marker';
  const length = viewOf(tail).getUint32(0, true);
  if (length < indexHeadBytes + indexFrame + emptyBody.length || length > indexBytesMax)
    return 'its index has an impossible length';
  return length + endMarker.length;
}

/**
 * Reads the index member, every byte of it.
 * @param before how many bytes stand before it
 * @returns a text that says what is wrong
 */
export function readIndexMember(member: Uint8Array, before: number): SealedTable | string {
  const view = viewOf(member);
  const field = member.length - indexHeadBytes - emptyBody.length;
  const isFramed =
    isAt(member, 0, gzipStart) &&
    view.getUint16(10, true) === field + 10 &&
    isAt(member, 12, lengthField) &&
    view.getUint16(16, true) === member.length - 1 &&
    isAt(member, headBytes, Uint8Array.of(0x4d, 0x4f)) &&
    view.getUint16(headBytes + 2, true) === field &&
    isAt(member, member.length - emptyBody.length, emptyBody);
  const payload = member.subarray(indexHeadBytes, indexHeadBytes + field);
  const rows = (field - indexFrame) / rowBytes;
  if (!isFramed || !Number.isInteger(rows) || rows < 0 || rows > membersMax) return 'its index is not one';
  const inside = viewOf(payload);
  if (crc32(payload.subarray(0, field - 8)) !== inside.getUint32(field - 8, true))
    return 'its index was changed';
  const rawBytes = Number(inside.getBigUint64(0, true));
  if (Math.ceil(rawBytes / memberRawBytes) !== rows)
    return 'its index names another number of members than its length';
  const offsets = [0];
  const crcs: number[] = [];
  let end = 0;
  for (let at = 8; at < field - 8; at += rowBytes) {
    end += inside.getUint16(at, true) + 1;
    offsets.push(end);
    crcs.push(inside.getUint32(at + 2, true));
  }
  if (end !== before) return 'its members are not as long as its index says';
  return { rawBytes, offsets, crcs };
}

/** What is wrong with a data member, but for what only unpacking shows; undefined where nothing is. */
export function memberFault(member: Uint8Array, crc: number, rawBytes: number): string | undefined {
  if (member.length < headBytes + footBytes + 1) return 'is cut short';
  if (!isAt(member, 0, gzipStart) || member[10] !== 6 || member[11] !== 0 || !isAt(member, 12, lengthField))
    return 'is no member of this form';
  const view = viewOf(member);
  if (view.getUint16(16, true) !== member.length - 1) return 'is not as long as it says';
  if (view.getUint32(member.length - 4, true) !== rawBytes) return 'holds another number of bytes';
  if (crc32(member) !== crc) return 'was changed';
  return undefined;
}

import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

const deflate = promisify<Uint8Array, { level: number }, Buffer>(deflateRaw);

/*
 * The form is described where it is read: `sealed/layout.ts` of the verifier, with which this shares no code. What is written
 * here is read there before it counts.
 */

/** What a member holds, as `bgzip` has it: packed, no such piece exceeds the 64 KiB a member may have. */
export const memberRawBytes = 65_280;
/** An index lists no more: 623 MiB. */
export const membersMax = 10_000;
/** zlib's own compromise; level 9 takes half as long again for one percent. */
const level = 6;

/** One row of the index. */
export interface MemberRow {
  /** Of the member, packed. */
  readonly length: number;
  readonly crc: number;
}

/** Packs at most 65,280 bytes, on the threads of Node's pool. */
export async function packMember(
  raw: Uint8Array,
): Promise<{ readonly bytes: Buffer; readonly row: MemberRow }> {
  const packed = await deflate(raw, { level });
  const head = gzipHead(6, 18 + packed.length + 8);
  const foot = Buffer.alloc(8);
  foot.writeUInt32LE(crc32(raw), 0);
  foot.writeUInt32LE(raw.length, 4);
  const bytes = Buffer.concat([head, packed, foot]);
  return { bytes, row: { length: bytes.length, crc: crc32(bytes) } };
}

/** What stands behind the members: the index, and the 28 bytes that end every BGZF file. */
export function packEnd(rawBytes: number, members: readonly MemberRow[]): Buffer {
  const payload = Buffer.alloc(8 + members.length * 6 + 8);
  payload.writeBigUInt64LE(BigInt(rawBytes), 0);
  for (const [index, { length, crc }] of members.entries()) {
    payload.writeUInt16LE(length - 1, 8 + index * 6);
    payload.writeUInt32LE(crc, 10 + index * 6);
  }
  const memberBytes = 18 + 4 + payload.length + emptyBody.length;
  payload.writeUInt32LE(crc32(payload.subarray(0, -8)), payload.length - 8);
  payload.writeUInt32LE(memberBytes, payload.length - 4);
  const field = Buffer.from([0x4d, 0x4f, 0, 0]);
  field.writeUInt16LE(payload.length, 2);
  const index = [gzipHead(10 + payload.length, memberBytes), field, payload, emptyBody];
  return Buffer.concat([...index, gzipHead(6, 28), emptyBody]);
}

/** An empty deflate stream, and CRC-32 and length of nothing. */
const emptyBody = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** The fixed bytes, the length of the extra field, and in it the length of the member. */
function gzipHead(extraBytes: number, memberBytes: number): Buffer {
  const head = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 0, 0, 0x42, 0x43, 2, 0, 0, 0]);
  head.writeUInt16LE(extraBytes, 10);
  head.writeUInt16LE(memberBytes - 1, 16);
  return head;
}

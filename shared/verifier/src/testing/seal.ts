import { crc32, deflateRawSync } from 'node:zlib';

const emptyBody = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** What a test may want otherwise than it is. */
export interface SealWish {
  /** Instead of 65,280. */
  readonly memberRawBytes?: number;
  /** Instead of what deflate makes of a piece. */
  readonly pack?: (raw: Uint8Array, index: number) => Uint8Array;
  /** The length the index names. */
  readonly rawBytes?: number;
  readonly end?: Uint8Array;
}

/** Seals a file, after the description in `sealed/layout.ts` and nothing else. */
export function sealedBytes(raw: Uint8Array, wish: SealWish = {}): Buffer {
  const { memberRawBytes = 65_280, pack = deflateRawSync } = wish;
  const members: Buffer[] = [];
  const rows: number[] = [];
  for (let at = 0; at < raw.length; at += memberRawBytes) {
    const piece = raw.subarray(at, at + memberRawBytes);
    const packed = pack(piece, members.length);
    const member = Buffer.from([
      ...gzipHead([...lengthField(18 + packed.length + 8)]),
      ...packed,
      ...little(crc32(piece), 4),
      ...little(piece.length, 4),
    ]);
    members.push(member);
    rows.push(...little(member.length - 1, 2), ...little(crc32(member), 4));
  }
  const listed = [...little(wish.rawBytes ?? raw.length, 8), ...rows];
  const length = 18 + 4 + listed.length + 8 + emptyBody.length;
  const payload = [...listed, ...little(crc32(Uint8Array.from(listed)), 4), ...little(length, 4)];
  const field = [0x4d, 0x4f, ...little(payload.length, 2), ...payload];
  const index = Buffer.from([...gzipHead([...lengthField(length), ...field]), ...emptyBody]);
  return Buffer.concat([...members, index, wish.end ?? endMarker]);
}

const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) % 256);
const lengthField = (bytes: number): number[] => [0x42, 0x43, 2, 0, ...little(bytes - 1, 2)];
const gzipHead = (extra: readonly number[]): number[] => [
  ...[0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff],
  ...little(extra.length, 2),
  ...extra,
];
/** As the SAM specification has it. */
const endMarker = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');

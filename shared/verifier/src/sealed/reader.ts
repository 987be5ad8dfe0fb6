import type { ByteReader, NamedBytes } from '../bytes.js';
import { JournalError } from '../journal/errors.js';
import { parseJournalFileName, sealedEnding } from '../journal/file-name.js';
import { crc32 } from './crc32.js';
import {
  endMarker,
  footBytes,
  headBytes,
  indexDistance,
  memberFault,
  memberRawBytes,
  readIndexMember,
  type SealedTable,
  tailBytes,
} from './layout.js';

/**
 * Unpacks one raw deflate stream (RFC 1951).
 * @param bytesMax more than that is a fault, and must be noticed before it is held
 */
export type Inflate = (packed: Uint8Array, bytesMax: number) => Promise<Uint8Array>;

/** Of the journal file that a sealed one was made from; undefined for any other name. */
export function sealedName(name: string): string | undefined {
  const plain = name.endsWith(sealedEnding) ? name.slice(0, -sealedEnding.length) : '';
  return parseJournalFileName(plain) === undefined ? undefined : plain;
}

/** Read and unpacked in one go: 1 MiB. */
const membersPerRead = 16;

/** A sealed file as the file it was made from; offsets and sizes are that one's. Opening it throws JournalError `segment_damaged`. */
export const unsealed = (sealed: NamedBytes, name: string, inflate: Inflate): NamedBytes => ({
  name,
  open: async () => openSealed(await sealed.open(), name, inflate),
});

/**
 * Reads a sealed file. It is taken over, and closed where it cannot be read.
 * @param name of the file it was made from; stands in verdicts
 * @throws JournalError `segment_damaged`, here and while reading
 */
export async function openSealed(file: ByteReader, name: string, inflate: Inflate): Promise<ByteReader> {
  try {
    const table = await readTable(file, name);
    return new SealedReader(file, table, name, inflate);
  } catch (fault) {
    await file.close();
    throw fault;
  }
}

async function readTable(file: ByteReader, name: string): Promise<SealedTable> {
  const { size } = file;
  const tail = await readWhole(file, Math.max(0, size - tailBytes), Math.min(size, tailBytes));
  const distance = indexDistance(tail);
  if (typeof distance === 'string') throw damaged(name, distance);
  const start = size - distance;
  if (start < 0) throw damaged(name, 'it is too short');
  const member = await readWhole(file, start, distance - endMarker.length);
  const table = readIndexMember(member, start);
  if (typeof table === 'string') throw damaged(name, table);
  return table;
}

/** As far as the file goes. */
async function readWhole(file: ByteReader, from: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let held = 0;
  while (held < length) {
    const read = await file.read(bytes.subarray(held), from + held);
    if (read === 0) break;
    held += read;
  }
  return bytes.subarray(0, held);
}

class SealedReader implements ByteReader {
  readonly size: number;
  readonly #file: ByteReader;
  readonly #table: SealedTable;
  readonly #name: string;
  readonly #inflate: Inflate;
  /** The last member that was read: whoever reads on begins within it. */
  #last: { readonly index: number; readonly raw: Uint8Array } | undefined;

  constructor(file: ByteReader, table: SealedTable, name: string, inflate: Inflate) {
    this.#file = file;
    this.#table = table;
    this.#name = name;
    this.#inflate = inflate;
    this.size = table.rawBytes;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (position >= this.size || target.length === 0) return 0;
    const first = Math.floor(position / memberRawBytes);
    const wanted = Math.min(this.size, position + target.length);
    const until = Math.min(Math.ceil(wanted / memberRawBytes), first + membersPerRead);
    const members = await this.#members(first, until);
    let filled = 0;
    for (const [at, raw] of members.entries()) {
      const from = at === 0 ? position - first * memberRawBytes : 0;
      const piece = raw.subarray(from, from + target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
    }
    return filled;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** @returns what the members from `first` to before `until` hold, or to before one that is damaged */
  async #members(first: number, until: number): Promise<Uint8Array[]> {
    const known = this.#last?.index === first ? this.#last.raw : undefined;
    const from = known === undefined ? first : first + 1;
    const { offsets } = this.#table;
    const start = offsets[from] ?? 0;
    const packed = from >= until ? new Uint8Array(0) : await this.#packed(start, offsets[until] ?? 0);
    const unpacking: Promise<Uint8Array>[] = [];
    for (let index = from; index < until; index += 1) {
      const member = packed.subarray((offsets[index] ?? 0) - start, (offsets[index + 1] ?? 0) - start);
      unpacking.push(this.#unpack(member, index));
    }
    const settled = await Promise.allSettled(unpacking);
    const members = known === undefined ? [] : [known];
    // What is whole is given out first: a verdict then says how far it got.
    for (const one of settled) {
      if (one.status === 'fulfilled') members.push(one.value);
      else if (members.length === 0) throw one.reason;
      else break;
    }
    const raw = members.at(-1);
    if (raw !== undefined) this.#last = { index: first + members.length - 1, raw };
    return members;
  }

  async #packed(start: number, end: number): Promise<Uint8Array> {
    const packed = await readWhole(this.#file, start, end - start);
    if (packed.length < end - start) throw damaged(this.#name, 'it became shorter while it was read');
    return packed;
  }

  async #unpack(member: Uint8Array, index: number): Promise<Uint8Array> {
    const { rawBytes, crcs, offsets } = this.#table;
    const expected = Math.min(memberRawBytes, rawBytes - index * memberRawBytes);
    const fail = (what: string, cause?: unknown): JournalError =>
      damaged(this.#name, `the member at byte ${offsets[index] ?? 0} ${what}`, cause);
    const wrong = memberFault(member, crcs[index] ?? -1, expected);
    if (wrong !== undefined) throw fail(wrong);
    let raw: Uint8Array;
    try {
      raw = await this.#inflate(member.subarray(headBytes, member.length - footBytes), expected);
    } catch (cause) {
      throw fail('cannot be unpacked to the bytes it says it holds', cause);
    }
    const { buffer, byteOffset } = member;
    const said = new DataView(buffer, byteOffset + member.length - footBytes, 4).getUint32(0, true);
    if (raw.length !== expected || crc32(raw) !== said) throw fail('unpacks to other bytes than it says');
    return raw;
  }
}

const damaged = (name: string, what: string, cause?: unknown): JournalError =>
  new JournalError('segment_damaged', `${name}${sealedEnding} is damaged: ${what}.`, { cause });

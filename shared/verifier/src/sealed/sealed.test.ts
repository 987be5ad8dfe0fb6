import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gunzipSync, gzipSync, crc32 as nodeCrc32 } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type ByteReader, bytesInMemory, bytesOfBlob } from '../bytes.js';
import { journalFilesAmong } from '../journal/file.js';
import { verifyJournalFiles } from '../journal/verify.js';
import { inflateNode } from '../node/inflate.js';
import { fileAt, listJournal, verifyJournal } from '../node.js';
import { JournalMaker } from '../testing/journal-maker.js';
import { createKeys, keyringOf } from '../testing/keys.js';
import { rememberingCrypto } from '../testing/remembering-crypto.js';
import { sealedBytes } from '../testing/seal.js';
import { smallJournal } from '../testing/small-journal.js';
import { wholeRun } from '../testing/story.js';
import { crc32 } from './crc32.js';
import { inflateWeb } from './inflate-web.js';
import { unsealed } from './reader.js';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'sealed-'));
  folders.push(made);
  return made;
};
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

/** Bytes that deflate cannot do much about, and that differ everywhere. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let value = 12_345;
  for (let at = 0; at < length; at += 1) {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    bytes[at] = value >>> 16;
  }
  return bytes;
}

const name = '0000000001-0000000000000001.jsonl';
const opened = (sealed: Uint8Array, inflate = inflateNode): Promise<ByteReader> =>
  unsealed(bytesInMemory(`${name}.gz`, sealed), name, inflate).open();

async function readFrom(reader: ByteReader, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let held = 0;
  for (let read = -1; held < length && read !== 0; held += read)
    read = await reader.read(bytes.subarray(held), from + held);
  return bytes.subarray(0, held);
}

describe('a sealed file', () => {
  const raw = noise(300_001);
  const sealed = sealedBytes(raw);

  test('unpacks with gzip to exactly the file it was made from', () => {
    expect(gunzipSync(sealed).equals(raw)).toBe(true);
  });

  test.each([
    ['the pool of Node', inflateNode],
    ['what browsers have', inflateWeb],
  ])('reads as that file from any place on, by %s', async (_, inflate) => {
    const reader = await opened(sealed, inflate);
    expect(reader.size).toBe(raw.length);
    for (const [from, length] of [
      ...[[0, 1] as const, [65_279, 2] as const, [65_280, 65_280] as const, [65_281, 200_000] as const],
      ...[[300_000, 1] as const, [300_000, 50] as const, [300_001, 1] as const, [0, 400_000] as const],
    ])
      expect((await readFrom(reader, from, length)).equals(raw.subarray(from, from + length))).toBe(true);
    await reader.close();
  });

  test('of no bytes reads as one', async () => {
    const reader = await opened(sealedBytes(new Uint8Array(0)));
    expect([reader.size, await reader.read(new Uint8Array(10), 0)]).toEqual([0, 0]);
  });

  test('has the CRC-32 of everybody', () => {
    for (const length of [0, 1, 7, 8, 9, 1_000, 65_283]) {
      const piece = raw.subarray(1, 1 + length);
      expect(crc32(piece)).toBe(nodeCrc32(piece));
    }
  });

  const bomb = deflateRawSync(Buffer.alloc(60_000_000));
  test.each([
    ['a member that unpacks to a thousand times what it says', sealedBytes(raw, { pack: () => bomb })],
    ['members of another size', sealedBytes(raw, { memberRawBytes: 65_000 })],
    ['an index that names more bytes', sealedBytes(raw, { rawBytes: raw.length + 1 })],
    ['an index that names terabytes', sealedBytes(raw, { rawBytes: 2 ** 50 })],
    ['no end marker', sealedBytes(raw, { end: new Uint8Array(0) })],
    ['junk behind its end', Buffer.concat([sealed, Buffer.from('junk')])],
    ['junk before its beginning', Buffer.concat([Buffer.from('junk'), sealed])],
    ['its last half missing', sealed.subarray(0, sealed.length / 2)],
    ['its first half missing', sealed.subarray(sealed.length / 2)],
    ['no byte', new Uint8Array(0)],
    ['the form of plain gzip', gzipSync(raw)],
    [
      'what deflates to other bytes',
      sealedBytes(raw, { pack: (piece) => deflateRawSync(noise(piece.length)) }),
    ],
    ['what is no deflate', sealedBytes(raw, { pack: () => Buffer.alloc(40, 0xff) })],
  ])('with %s is damaged, and never more than a member of it is held', async (_, bytes) => {
    for (const inflate of [inflateNode, inflateWeb]) {
      const reading = (async () => readFrom(await opened(bytes, inflate), 0, raw.length + 10))();
      await expect(reading).rejects.toMatchObject({ code: 'segment_damaged' });
    }
  });
});

describe('a journal that is sealed', () => {
  const maker = smallJournal();
  const keyring = keyringOf(maker.keys);
  const crypto = rememberingCrypto();
  const texts = maker
    .texts()
    .map(({ name: of, text }) => ({ name: of, bytes: new TextEncoder().encode(text) }));
  const [first, second] = texts as [(typeof texts)[0], (typeof texts)[0]];
  const verify = (sealed: Uint8Array) => {
    const files = [
      unsealed(bytesInMemory(`${first.name}.gz`, sealed), first.name, inflateNode),
      bytesInMemory(second.name, second.bytes),
    ].map((file, at) => ({ ...file, bytes: texts[at]?.bytes.length ?? 0 }));
    return verifyJournalFiles({
      files: journalFilesAmong(files),
      keyring,
      crypto,
      verifySignature: () => true,
    });
  };

  test('L1: gets the report of the plain one', async () => {
    const { elapsedMs: _, ...plain } = await verifyJournalFiles({
      files: maker.files(),
      keyring,
      crypto,
      verifySignature: () => true,
    });
    const { elapsedMs: __, ...sealed } = await verify(sealedBytes(first.bytes));
    expect(sealed).toEqual(plain);
    expect(sealed.ok).toBe(true);
  });

  test('L1: every byte of a sealed file, changed in four ways, is caught, and called damage', async () => {
    const sealed = sealedBytes(first.bytes);
    const missed: string[] = [];
    let verified = 0;
    for (let at = 0; at < sealed.length; at += 1) {
      const byte = sealed[at] ?? 0;
      const around = (middle: readonly number[], removed: number): Buffer =>
        Buffer.concat([sealed.subarray(0, at), Uint8Array.from(middle), sealed.subarray(at + removed)]);
      for (const changed of [
        around([byte ^ 1], 1),
        around([byte ^ 0x80], 1),
        around([], 1),
        around([0], 0),
      ]) {
        const { ok, fault } = await verify(changed);
        verified += 1;
        const isCalled = fault?.code === 'segment_damaged' && fault.law === 'L1' && fault.file === first.name;
        if (ok || !isCalled) missed.push(`byte ${at}: ${JSON.stringify(fault)}`);
      }
    }
    expect(missed.slice(0, 5)).toEqual([]);
    expect(verified).toBe(sealed.length * 4);
  }, 120_000);

  test('L1: what was changed before it was sealed again is caught as ever', async () => {
    const text = new TextDecoder().decode(first.bytes);
    const changed = new TextEncoder().encode(text.replace('acme', 'evil'));
    const { fault } = await verify(sealedBytes(changed));
    expect(fault?.code).toMatch(/^(?:entry_changed|statement_mismatch)$/);
  });

  test('in a folder is listed once, by whichever form is there, as long as the plain one', async () => {
    const dir = folder();
    writeFileSync(join(dir, `${first.name}.gz`), sealedBytes(first.bytes));
    writeFileSync(join(dir, second.name), second.bytes);
    const sizes = [first.bytes.length, second.bytes.length];
    expect((await listJournal(dir)).map(({ name: of, sealed, bytes }) => [of, sealed, bytes])).toEqual([
      [first.name, true, sizes[0]],
      [second.name, false, sizes[1]],
    ]);
    expect(await verifyJournal({ dir, keyring })).toMatchObject({ ok: true, entries: maker.sequence });
    writeFileSync(join(dir, first.name), first.bytes);
    expect((await listJournal(dir)).map(({ sealed }) => sealed)).toEqual([false, false]);
    // Listed plain, and sealed before it is opened.
    const listed = await listJournal(dir);
    rmSync(join(dir, first.name));
    const report = await verifyJournalFiles({ files: listed, keyring, crypto });
    expect(report).toMatchObject({ ok: true, entries: maker.sequence });
    // The other way round.
    writeFileSync(join(dir, first.name), first.bytes);
    rmSync(join(dir, `${first.name}.gz`));
    const plain = await fileAt(join(dir, `${first.name}.gz`)).open();
    expect(plain.size).toBe(first.bytes.length);
    await plain.close();
  });

  test('is read by browsers from the files somebody chose', async () => {
    const blobs = [
      { name: `${first.name}.gz`, bytes: sealedBytes(first.bytes) },
      { name: second.name, bytes: second.bytes },
    ].map(({ name: of, bytes }) => ({
      ...bytesOfBlob(of, new Blob([Uint8Array.from(bytes)])),
      bytes: bytes.length,
    }));
    const report = await verifyJournalFiles({ files: journalFilesAmong(blobs), keyring, crypto });
    expect(report).toMatchObject({ ok: true, entries: maker.sequence });
  });

  test('of many members gets the report of the plain one, and says where the damage is', async () => {
    const large = new JournalMaker(createKeys());
    for (let run = 1; run <= 20; run += 1) {
      wholeRun(large, run);
      large.commit();
    }
    const [{ name: of, text } = { name: '', text: '' }] = large.texts();
    const sealed = sealedBytes(Buffer.from(text));
    const verifyLarge = (bytes: Uint8Array) =>
      verifyJournalFiles({
        files: journalFilesAmong([
          { ...unsealed(bytesInMemory(`${of}.gz`, bytes), of, inflateNode), bytes: text.length },
        ]),
        keyring: keyringOf(large.keys),
        crypto,
      });
    expect(text.length).toBeGreaterThan(65_280 * 2);
    expect(await verifyLarge(sealed)).toMatchObject({ ok: true, entries: large.sequence });
    const at = Math.floor(sealed.length * 0.7);
    sealed[at] = (sealed[at] ?? 0) ^ 4;
    const { fault } = await verifyLarge(sealed);
    expect(fault).toMatchObject({ code: 'segment_damaged', file: of });
    expect(fault?.line).toBeGreaterThan(1);
    expect(fault?.message).toMatch(
      /\.jsonl line \d+ cannot be read: \S+\.jsonl\.gz is damaged: the member at byte \d+ was changed\.$/,
    );
  });
});

import {
  ed25519Signer,
  emptyTreeRoot,
  formatCheckpoint,
  formatVerifierKey,
  inclusionPath,
  leafHashOfBytes,
  noteVerifier,
  parseTlogProof,
  rootOf,
  signNote,
  verifyConsistency,
  verifyTlogProof,
} from '@marketops/proof';
import { nodeCrypto as crypto, generateSigningKey, loadSigningKey } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tilePath, tileWidth, widthIn } from './layout.js';
import { openLog, proveConsistency, proveEntry } from './log-reader.js';
import { folderForTest, s3ForTest, type TestPlace } from './testing/places.js';
import { TileWriter } from './tile-writer.js';
import { TreeReader } from './tree-reader.js';

const refused = (code: string) => expect.objectContaining({ code });
const entryAt = (index: number): Buffer =>
  Buffer.from(`{"entry":${index},"pad":"${'x'.repeat(index % 40)}"}`);
const leaves: string[] = [];
const leafAt = (index: number): string => (leaves[index] ??= leafHashOfBytes(crypto, entryAt(index)));
const leavesTo = (size: number): string[] => Array.from({ length: size }, (_, index) => leafAt(index));
const empty = { size: 0, root: emptyTreeRoot };

const origin = 'log.example';
const pair = generateSigningKey();
const signing = { name: origin, key: loadSigningKey(pair.privatePem), publicKey: pair.publicRawBase64 };
const trust = { origin, logKeys: [noteVerifier(crypto, formatVerifierKey(crypto, signing))] };
const noteOf = (size: number, root: string): Buffer =>
  Buffer.from(
    signNote(formatCheckpoint({ origin, size, root, extensions: [] }), [ed25519Signer(crypto, signing)]),
  );

async function appendTo(writer: TileWriter, size: number) {
  while (writer.size < size) await writer.append(entryAt(writer.size));
  return writer.flush();
}

describe.each([
  ['a folder', folderForTest],
  ['S3', s3ForTest],
])('tiles in %s', (_, make) => {
  let at: TestPlace;
  beforeEach(async () => {
    at = await make();
  });
  afterEach(() => at.close());

  test('given growth in steps, with a restart before each, then every checkpoint has the root of its leaves', async () => {
    let head = empty;
    for (const size of [1, 2, 255, 256, 257, 511, 512, 1_000]) {
      const writer = await TileWriter.open(crypto, at.again(), head);
      head = await appendTo(writer, size);
      expect(head).toEqual({ size, root: rootOf(crypto, leavesTo(size)) });
    }
    expect(await at.paths()).toContain('tile/entries/003.p/232');
    expect(await at.paths()).toContain('tile/1/000.p/3');
  });

  test('given one writer, when it publishes, then what it left partial goes once the full one is there', async () => {
    const writer = await TileWriter.open(crypto, at.place, empty);
    for (const size of [3, 200, 300]) {
      const head = await appendTo(writer, size);
      await writer.prune(head.size);
    }
    expect(await at.paths()).toEqual([
      'tile/0/000',
      'tile/0/001.p/44',
      'tile/1/000.p/1',
      'tile/entries/000',
      'tile/entries/001.p/44',
    ]);
    // Who still has the checkpoint of 200 reads the full tile instead.
    expect(await new TreeReader(crypto, at.place, 200).root()).toBe(rootOf(crypto, leavesTo(200)));
  });

  test('given a writer that died after its tiles and before its checkpoint, then the next one goes over them', async () => {
    const first = await TileWriter.open(crypto, at.place, empty);
    const head = await appendTo(first, 300);
    await appendTo(first, 700);
    const second = await TileWriter.open(crypto, at.again(), head);
    expect((await appendTo(second, 800)).root).toBe(rootOf(crypto, leavesTo(800)));
  });

  test('L1: given another history, when it is written over the tiles, then it is refused', async () => {
    const first = await TileWriter.open(crypto, at.place, empty);
    await appendTo(first, 300);
    const other = await TileWriter.open(crypto, at.again(), empty);
    await other.append(Buffer.from('forged'));
    const rewriting = appendTo(other, 300);
    await expect(rewriting).rejects.toThrowError(refused('tile_conflict'));
  });

  test('L1: given an edge that was changed in the place, when opened, then it is refused', async () => {
    const head = await appendTo(await TileWriter.open(crypto, at.place, empty), 300);
    const tile = Buffer.from((await at.place.read('tile/0/001.p/44', 8_192)) ?? []);
    tile[0] = (tile[0] ?? 0) ^ 1;
    await at.tamper('tile/0/001.p/44', tile);
    await expect(TileWriter.open(crypto, at.again(), head)).rejects.toThrowError(refused('tree_differs'));
    await at.tamper('tile/0/001.p/44', tile.subarray(1));
    await expect(TileWriter.open(crypto, at.again(), head)).rejects.toThrowError(refused('tile_malformed'));
  });

  test('L3: given a log, then every entry is proven, and so is every earlier size', async () => {
    const head = await appendTo(await TileWriter.open(crypto, at.place, empty), 600);
    await at.place.writeCheckpoint(noteOf(head.size, head.root), undefined);
    const log = await openLog(crypto, at.again(), trust);
    for (const index of [0, 1, 255, 256, 511, 512, 599]) {
      const { proof, entry } = await proveEntry(crypto, log, index, trust);
      expect(Buffer.from(entry)).toEqual(entryAt(index));
      const parsed = parseTlogProof(proof);
      expect(parsed.path).toEqual(inclusionPath(crypto, leavesTo(600), index));
      expect(verifyTlogProof(crypto, parsed, leafAt(index), trust).checkpoint.size).toBe(600);
    }
    for (const size of [1, 2, 255, 256, 257, 599, 600]) {
      const older = { size, root: rootOf(crypto, leavesTo(size)) };
      const path = await proveConsistency(crypto, log, older);
      const claim = { firstSize: size, firstRoot: older.root, secondSize: 600, secondRoot: head.root, path };
      expect(verifyConsistency(crypto, claim)).toBe(true);
      const forked = { size, root: rootOf(crypto, [...leavesTo(size - 1), leafAt(999)]) };
      await expect(proveConsistency(crypto, log, forked)).rejects.toThrowError(
        refused('consistency_invalid'),
      );
    }
    await expect(proveConsistency(crypto, log, { size: 601, root: head.root })).rejects.toThrowError(
      refused('consistency_invalid'),
    );
    expect(await proveConsistency(crypto, log, empty)).toEqual([]);
  });

  test('given an entry larger than a bundle takes, then it is refused', async () => {
    const writer = await TileWriter.open(crypto, at.place, empty);
    await expect(writer.append(Buffer.alloc(65_536))).rejects.toThrowError(refused('entry_too_large'));
  });
});

test('given a log of 66,000 entries, then its third level is there, and what a proof reads is a few tiles', async () => {
  const at = await folderForTest();
  try {
    const writer = await TileWriter.open(crypto, at.place, empty);
    const size = 66_000;
    const hashes: string[] = [];
    while (writer.size < size) {
      const entry = Buffer.from(String(writer.size));
      hashes.push(leafHashOfBytes(crypto, entry));
      await writer.append(entry);
    }
    const head = await writer.flush();
    expect(head.root).toBe(rootOf(crypto, hashes));
    expect(widthIn(size, 2, 0)).toBe(1);
    expect(await at.place.read(tilePath(2, 0, 1), 32)).toHaveLength(32);
    const read: string[] = [];
    const counting = {
      read: (path: string, bytesMax: number) => {
        read.push(path);
        return at.place.read(path, bytesMax);
      },
    };
    const path = await new TreeReader(crypto, counting, size).inclusion(40_000);
    expect(path).toEqual(inclusionPath(crypto, hashes, 40_000));
    expect(new Set(read).size).toBe(read.length);
    expect(read.length).toBeLessThanOrEqual(6);
    const again = await TileWriter.open(crypto, at.again(), head);
    expect((await again.flush()).root).toBe(head.root);
  } finally {
    await at.close();
  }
});

test('L1: given any tile or bundle changed, cut, removed or exchanged, when the log is read whole, then it shows', async () => {
  const at = await folderForTest();
  try {
    const head = await appendTo(await TileWriter.open(crypto, at.place, empty), 300);
    await at.place.writeCheckpoint(noteOf(head.size, head.root), undefined);
    const readWhole = async (): Promise<void> => {
      const { tree } = await openLog(crypto, at.again(), trust);
      for (let index = 0; index * tileWidth < tree.size; index += 1) await tree.bundle(index);
    };
    await readWhole();
    const shows = expect.objectContaining({
      code: expect.stringMatching(/^(tree_differs|tile_malformed|tile_missing|place_answer_too_large)$/),
    });
    // The hash in tile/1 is made of tile/0/000: what nobody reads for this root is read with the bundle beside it.
    for (const path of [
      'tile/0/000',
      'tile/0/001.p/44',
      'tile/1/000.p/1',
      'tile/entries/000',
      'tile/entries/001.p/44',
    ]) {
      const bytes = Buffer.from((await at.place.read(path, 20_000_000)) ?? []);
      for (let offset = 0; offset < bytes.length; offset += Math.ceil(bytes.length / 300)) {
        const changed = Buffer.from(bytes);
        changed[offset] = (changed[offset] ?? 0) ^ 1;
        await at.tamper(path, changed);
        await expect(readWhole(), `${path} at ${offset}`).rejects.toThrowError(shows);
      }
      for (const changed of [
        bytes.subarray(1),
        Buffer.alloc(0),
        Buffer.concat([bytes, bytes.subarray(0, 32)]),
      ]) {
        await at.tamper(path, changed);
        await expect(readWhole(), path).rejects.toThrowError(shows);
      }
      await at.tamper(path, bytes);
    }
    await readWhole();
  } finally {
    await at.close();
  }
});

import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operationStream } from '@marketops/contracts';
import { loadConfig, openAcknowledgements, readSigningKey, rotateSigningKey } from '@marketops/engine';
import {
  ed25519Signer,
  formatCheckpoint,
  formatVerifierKey,
  noteVerifier,
  openKeyring,
  rootOf,
  signNote,
} from '@marketops/proof';
import { nodeCrypto as crypto } from '@marketops/proof/node';
import { folderPlace, openLog, proveConsistency, proveEntry, type TilePlace } from '@marketops/tlog';
import { readLines } from '@marketops/verifier';
import { fileAt, listJournal } from '@marketops/verifier/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningLedger, startLedger } from '../start.js';
import { awaitedEvent, createWorld, type TestEngine, testRunId, type World } from '../testing/world.js';
import type { LedgerTuning } from '../tuning.js';

let world: World;
let engine: TestEngine;
let ledger: RunningLedger;
let place: TilePlace;
const run = testRunId(1);
const refused = (code: string) => expect.objectContaining({ code });

const start = (tuning: Partial<LedgerTuning> = {}): Promise<RunningLedger> =>
  startLedger(engine, { tuning: { blockMs: 20, ...tuning } });

beforeEach(async () => {
  world = await createWorld();
  engine = world.engine();
  ledger = await start();
  await ledger.settledThrough(1);
  place = folderPlace(world.paths.tiles);
});
afterEach(async () => {
  await ledger.stop();
  await world.close();
});

const origin = 'ledger.test/log';
const trustOf = (publicKeys: readonly string[]) => ({
  origin,
  logKeys: publicKeys.map((publicKey) =>
    noteVerifier(crypto, formatVerifierKey(crypto, { name: origin, publicKey })),
  ),
});
/** As a stranger trusts the log: the checkpoint keys of the public keyring, and nothing else. */
const trust = () =>
  trustOf(
    world.loaded.keyring.keys.filter(({ purpose }) => purpose === 'checkpoint').map((key) => key.public_key),
  );
const publishedSize = async (): Promise<number> => (await openLog(crypto, place, trust())).checkpoint.size;

let appended = 0;
async function append(count: number): Promise<void> {
  const before = ledger.settled().sequence;
  for (let each = 0; each < count; each += 1) {
    appended += 1;
    await world.appendBlocked(run, `a${appended}`, 0);
  }
  await ledger.settledThrough(before + count);
}

/** The entries as they stand in the journal, by reading its files as text. */
async function journaled(): Promise<string[]> {
  const entries: string[] = [];
  for (const { path } of await listJournal(world.paths.journal)) {
    await readLines(fileAt(path), { offset: 0, number: 1 }, ({ text }) => {
      if (text.startsWith('E ')) entries.push(text.slice(2));
      return true;
    });
  }
  return entries;
}

/** A signed checkpoint of this log, by its own key: what somebody who has all its keys can make. */
function forge(size: number, root: string): Buffer {
  const { keyId, key } = readSigningKey(join(world.loaded.dataDir, 'keys', 'ledger'), 'checkpoint');
  const publicKey = world.loaded.keyring.keys.find(({ key_id }) => key_id === keyId)?.public_key ?? '';
  return Buffer.from(
    signNote(formatCheckpoint({ origin, size, root, extensions: [] }), [
      ed25519Signer(crypto, { name: origin, key, publicKey }),
    ]),
  );
}

async function isAcknowledged(stream: string): Promise<boolean> {
  const acknowledgements = await openAcknowledgements({
    store: world.store,
    crypto,
    keyring: engine.keyring,
    reader: engine.reader,
    onForged: () => undefined,
  });
  const answer = await acknowledgements.waitFor(stream, await awaitedEvent(world.store, stream, 1), 0);
  await acknowledgements.close();
  return answer;
}

describe('the public log', () => {
  test('L1 L3: given entries, when projected, then each is a leaf with its canonical bytes, and a stranger can prove it', async () => {
    await append(300);
    expect(await ledger.tiles.project()).toMatchObject({ origin, size: 301 });
    const log = await openLog(crypto, place, trust());
    const entries = await journaled();
    expect(entries).toHaveLength(301);
    for (const index of [0, 1, 255, 256, 300]) {
      const { entry } = await proveEntry(crypto, log, index, trust());
      expect(Buffer.from(entry).toString()).toBe(entries[index]);
      expect(JSON.parse(entries[index] ?? '')).toMatchObject({ sequence: index + 1 });
    }
  });

  test('L1: given growth and restarts, then every checkpoint continues every one before it', async () => {
    const older: { size: number; root: string }[] = [];
    for (const count of [1, 20, 260, 3]) {
      await append(count);
      await engine.tick('tiles');
      const { checkpoint } = await openLog(crypto, place, trust());
      older.push(checkpoint);
      await ledger.stop();
      ledger = await start({ fileBytesMax: 20_000 });
    }
    const log = await openLog(crypto, place, trust());
    for (const one of older) await proveConsistency(crypto, log, one);
    expect(log.checkpoint.size).toBe(285);
    expect((await listJournal(world.paths.journal)).length).toBeGreaterThan(4);
  });

  test('given nothing new, when projected, then nothing is written', async () => {
    await ledger.tiles.project();
    const before = await place.readCheckpoint();
    await engine.tick('tiles');
    expect((await place.readCheckpoint())?.version).toBe(before?.version);
  });

  test('given a place that was lost, when projected, then all of it is made again, the same', async () => {
    await append(300);
    const { root } = (await ledger.tiles.project()) ?? {};
    await ledger.stop();
    await rm(world.paths.tiles, { recursive: true });
    ledger = await start();
    expect(await ledger.tiles.project()).toMatchObject({ size: 301, root });
    expect(await publishedSize()).toBe(301);
  });

  test('given a crash between remembering and publishing, when projected again, then it goes on', async () => {
    await append(3);
    await ledger.tiles.project();
    const before = await place.readCheckpoint();
    await append(5);
    await ledger.tiles.project();
    await ledger.stop();
    // The place as it was before its last write, the memory after it.
    await writeFile(join(world.paths.tiles, 'checkpoint'), before?.bytes ?? '');
    ledger = await start();
    await append(2);
    expect(await ledger.tiles.project()).toMatchObject({ size: 11 });
  });

  test('given a deposed writer that wrote on in its file, then its entries are in no tile', async () => {
    await append(2);
    await ledger.stop();
    const [first] = await listJournal(world.paths.journal);
    ledger = await start();
    await append(2);
    // What a deposed writer adds is whole and signed, and does not count.
    const [, second] = await listJournal(world.paths.journal);
    const lines: string[] = [];
    await readLines(fileAt(second?.path ?? ''), { offset: 0, number: 1 }, ({ text }) => {
      if (!text.startsWith('H ')) lines.push(text);
      return true;
    });
    await writeFile(first?.path ?? '', `${lines.join('\n')}\n`, { flag: 'a' });
    expect(await ledger.tiles.project()).toMatchObject({ size: 5 });
    const log = await openLog(crypto, place, trust());
    expect(JSON.parse(Buffer.from(await log.tree.entry(4)).toString())).toMatchObject({ sequence: 5 });
  });
});

describe('L1: what is not signed', () => {
  test('given a checkpoint of another history in the place, then none is signed, loudly, and acknowledging goes on', async () => {
    await append(3);
    await ledger.tiles.project();
    await ledger.stop();
    const leaves = (await journaled()).map(() => crypto.sha256Hex('forged'));
    const forged = forge(4, rootOf(crypto, leaves));
    await writeFile(join(world.paths.tiles, 'checkpoint'), forged);
    ledger = await start();
    await append(1);
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('tree_differs'));
    await engine.tick('tiles');
    expect(engine.probe('tiles')).toMatchObject({ state: 'standing_still' });
    expect((await place.readCheckpoint())?.bytes).toEqual(forged);
    expect(await isAcknowledged(operationStream(run, `a${appended}`))).toBe(true);
  });

  test('given another whole log in the place, signed with the stolen key, then the journal does not continue it', async () => {
    const other = await createWorld({ keysOf: world });
    const otherEngine = other.engine();
    const writing = await startLedger(otherEngine, { tuning: { blockMs: 20 } });
    await writing.settledThrough(1);
    await writing.tiles.project();
    await writing.stop();
    await ledger.stop();
    await cp(other.paths.tiles, world.paths.tiles, { recursive: true });
    ledger = await start();
    await append(2);
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('checkpoint_forked'));
    await other.close();
  });

  test('given a journal that is behind what was signed, then nothing is signed', async () => {
    await append(3);
    await ledger.tiles.project();
    const memory = folderPlace(world.paths.signed);
    const held = await memory.readCheckpoint();
    await memory.writeCheckpoint(forge(90, crypto.sha256Hex('later')), held?.version);
    await ledger.stop();
    ledger = await start();
    await append(1);
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('checkpoint_ahead'));
  });

  test('given that another tree of this size was signed here, then its successor is not', async () => {
    await append(3);
    const memory = folderPlace(world.paths.signed);
    await memory.writeCheckpoint(forge(3, crypto.sha256Hex('other')), undefined);
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('consistency_invalid'));
    expect(await place.readCheckpoint()).toBeUndefined();
  });

  test('given a checkpoint that no key of this log signed, then it is not replaced', async () => {
    const root = world.paths.tiles;
    await mkdir(root, { recursive: true });
    await writeFile(join(root, 'checkpoint'), 'somebody\n1\nelse\n\n— x AAAAAAA=\n');
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('note_unsigned'));
  });

  test('given a ledger of a higher term, by its control keys or its claim, then the deposed one publishes nothing', async () => {
    await append(2);
    // As the one of the higher term does it first of all.
    await rename(world.paths.terms, `${world.paths.terms}.aside`);
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('deposed'));
    await rename(`${world.paths.terms}.aside`, world.paths.terms);
    const [control] = await world.store.readControl([7]);
    expect(control).not.toBeNull();
    const { epoch, state, reason } = control ?? { epoch: 1, state: 'open' as const, reason: '' };
    await world.store.writeControl(7, { epoch, state, reason, term: 9 });
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('deposed'));
    expect(await place.readCheckpoint()).toBeUndefined();
    expect(await folderPlace(world.paths.signed).readCheckpoint()).toBeUndefined();
  });

  test('given tiles somebody changed, then no checkpoint is built on them', async () => {
    await append(300);
    await ledger.tiles.project();
    await ledger.stop();
    const bundle = join(world.paths.tiles, 'tile/entries/001.p');
    const [name = ''] = await readdir(bundle);
    const bytes = Buffer.from((await place.read(`tile/entries/001.p/${name}`, 20_000_000)) ?? []);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(join(bundle, name), bytes);
    ledger = await start();
    await append(1);
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('tree_differs'));
  });

  test('given a place that cannot be written, then that is said, and it goes on when it can', async () => {
    const root = world.paths.tiles;
    await rm(root, { recursive: true, force: true });
    await writeFile(root, 'not a folder');
    await append(1);
    await expect(ledger.tiles.project()).rejects.toThrowError(
      expect.objectContaining({ code: 'place_failed', retry: 'transient' }),
    );
    expect(await isAcknowledged(operationStream(run, `a${appended}`))).toBe(true);
    await rm(root);
    expect(await ledger.tiles.project()).toMatchObject({ size: 2 });
  });
});

describe('keys', () => {
  test('given no checkpoint key, then the ledger works and says that it publishes nothing', async () => {
    await ledger.stop();
    await rm(join(world.loaded.dataDir, 'keys', 'ledger', 'checkpoint.json'));
    engine = world.engine();
    ledger = await start();
    await append(1);
    expect(await ledger.tiles.project()).toBeUndefined();
    expect(engine.probe('tiles')).toEqual({ state: 'no_key' });
  });

  test('given a rotated key, then the next checkpoint is of the new one, and continues the old one’s', async () => {
    await append(1);
    await ledger.tiles.project();
    const { dataDir } = world.loaded;
    // Long enough ago that every process would have read it.
    const now = new Date(Date.now() - 30_000);
    const { keyId } = await rotateSigningKey({
      dataDir,
      service: 'ledger',
      purpose: 'checkpoint',
      now,
      overlapMs: 3_600_000,
    });
    await ledger.stop();
    const { keyring } = loadConfig(world.loaded.configPath, {});
    const added = keyring.keys.find(({ key_id }) => key_id === keyId)?.public_key ?? '';
    engine = world.engine({ keyring: openKeyring(crypto, keyring) });
    ledger = await start();
    await append(1);
    await ledger.tiles.project();
    expect((await openLog(crypto, place, trustOf([added]))).checkpoint.size).toBe(3);
    await expect(openLog(crypto, place, trust())).rejects.toThrowError(refused('note_unsigned'));
  });
});

describe('copies elsewhere', () => {
  const copyAt = () => join(world.loaded.root, 'elsewhere');
  const withCopy = () => {
    const { config } = world.loaded;
    const tiles = { ...config.ledger.tiles, copies: [{ folder: 'elsewhere' }] };
    engine = world.engine({
      loaded: { ...world.loaded, config: { ...config, ledger: { ...config.ledger, tiles } } },
    });
  };
  beforeEach(async () => {
    await ledger.stop();
    withCopy();
    ledger = await start();
  });

  test('given a copy, then it holds the newest checkpoint, and one that cannot be written keeps nobody from publishing', async () => {
    await append(2);
    await ledger.tiles.project();
    const copy = folderPlace(copyAt());
    expect((await copy.readCheckpoint())?.bytes).toEqual((await place.readCheckpoint())?.bytes);
    await rm(copyAt(), { recursive: true });
    await writeFile(copyAt(), 'not a folder');
    await append(1);
    expect(await ledger.tiles.project()).toMatchObject({ size: 4 });
    await rm(copyAt());
    await append(1);
    await ledger.tiles.project();
    expect((await copy.readCheckpoint())?.bytes).toEqual((await place.readCheckpoint())?.bytes);
  });

  test.each([
    ['nothing', ''],
    ['what is no checkpoint', 'hello\n'],
    ['what no key of this log signed', 'somebody\n1\nelse\n\n— x AAAAAAA=\n'],
  ])('given a copy that holds %s, then it is left out and left as it is', async (_, text) => {
    await mkdir(copyAt(), { recursive: true });
    await writeFile(join(copyAt(), 'checkpoint'), text);
    await append(2);
    expect(await ledger.tiles.project()).toMatchObject({ size: 3 });
    const held = await folderPlace(copyAt()).readCheckpoint();
    expect(Buffer.from(held?.bytes ?? 'none').toString()).toBe(text);
  });

  test('L1: given a place and a memory that were both replaced, then the copy shows it, and nothing is signed', async () => {
    await append(3);
    await ledger.tiles.project();
    await ledger.stop();
    for (const folder of [world.paths.tiles, world.paths.signed]) await rm(folder, { recursive: true });
    await writeFile(join(copyAt(), 'checkpoint'), forge(3, crypto.sha256Hex('what others saw')));
    ledger = await start();
    await append(1);
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('consistency_invalid'));
    await writeFile(join(copyAt(), 'checkpoint'), forge(90, crypto.sha256Hex('what others saw')));
    await expect(ledger.tiles.project()).rejects.toThrowError(refused('consistency_invalid'));
    expect(await place.readCheckpoint()).toBeUndefined();
  });
});

import { appendFile, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operationStream } from '@marketops/contracts';
import { openAcknowledgements } from '@marketops/engine';
import { currentIndex, indexFolder, openLedgerIndex } from '@marketops/journal';
import { nodeCrypto } from '@marketops/proof/node';
import { openMemoryStore } from '@marketops/store';
import { listJournal, verifyJournal } from '@marketops/verifier/node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AppendFile, type Disk, nodeDisk } from './journal/disk.js';
import { recover } from './journal/recover.js';
import { claimTerm } from './journal/terms.js';
import { type LedgerOptions, type RunningLedger, startLedger } from './start.js';
import { awaitedEvent, createWorld, testRunId, type World } from './testing/world.js';
import { termFence } from './writers/fence.js';

let world: World;
const run = testRunId(1);
const stream = operationStream(run, 'a');

const start = (options: LedgerOptions = {}): Promise<RunningLedger> =>
  startLedger(world.engine(), { tuning: { blockMs: 20 }, onFatal: () => undefined, ...options });
const verify = () => verifyJournal({ dir: world.paths.journal, keyring: world.loaded.keyring });
const newest = async (): Promise<string> => (await listJournal(world.paths.journal)).at(-1)?.path ?? '';

async function isAcknowledged(seq: number, timeoutMs = 0, of = stream): Promise<boolean> {
  const acknowledgements = await openAcknowledgements({
    store: world.store,
    crypto: nodeCrypto,
    keyring: world.engine().keyring,
    reader: world.engine().reader,
    onForged: () => undefined,
  });
  const answer = await acknowledgements.waitFor(of, await awaitedEvent(world.store, of, seq), timeoutMs);
  await acknowledgements.close();
  return answer;
}

/** Starts, waits until everything is settled, and stops. */
async function settle(sequence: number): Promise<RunningLedger> {
  const ledger = await start();
  await ledger.settledThrough(sequence);
  await ledger.stop();
  return ledger;
}

beforeEach(async () => {
  world = await createWorld();
  await settle(1);
});
afterEach(() => world.close());

type Fault = (call: 'create' | 'append' | 'sync', count: number, bytes?: Uint8Array) => number | undefined;

/** A disk of which single calls fail. `fault` answers how many bytes are written before the failure, or undefined. */
function failingDisk(fault: Fault): Disk {
  const counts = { create: 0, append: 0, sync: 0 };
  const noSpace = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  return {
    async create(path) {
      counts.create += 1;
      if (fault('create', counts.create) !== undefined) throw noSpace;
      const file = await nodeDisk.create(path);
      return {
        ...file,
        async append(bytes) {
          counts.append += 1;
          const written = fault('append', counts.append, bytes);
          await file.append(written === undefined ? bytes : bytes.subarray(0, written));
          if (written !== undefined) throw noSpace;
        },
        async sync() {
          counts.sync += 1;
          if (fault('sync', counts.sync) !== undefined) throw noSpace;
          await file.sync();
        },
      } satisfies AppendFile;
    },
  };
}

describe('L2: a disk that fails', () => {
  test.each(['create', 'append', 'sync'] as const)(
    'at the new file (%s): no start, and the next start works',
    async (call) => {
      const disk = failingDisk((which, count) => (which === call && count === 1 ? 0 : undefined));
      await expect(start({ disk })).rejects.toMatchObject({ code: 'disk_failed' });
      await world.appendBlocked(run, 'a', 0);
      await settle(2);
      expect(await verify()).toMatchObject({ ok: true, entries: 2 });
      expect(await isAcknowledged(1)).toBe(true);
    },
  );

  test.each([0, 0.25, 0.5, 0.9, 1])(
    'after %d of a batch is written: nothing of it is acknowledged; the next start cuts it off',
    async (part) => {
      const faults: unknown[] = [];
      const disk = failingDisk((call, count, bytes) =>
        call === 'append' && count === 2 ? Math.floor((bytes?.length ?? 0) * part) : undefined,
      );
      const ledger = await start({ disk, onFatal: (fault) => faults.push(fault) });
      await world.appendBlocked(run, 'a', 0, 3);
      expect(await ledger.ended).toMatchObject({ code: 'disk_failed' });
      expect(faults).toHaveLength(1);
      await expect(ledger.settledThrough(2)).rejects.toMatchObject({ code: 'disk_failed' });
      expect(await isAcknowledged(1)).toBe(false);
      expect(await verify()).toMatchObject({ ok: true });

      await settle(4);
      expect(await isAcknowledged(3)).toBe(true);
      const report = await verify();
      expect(report).toMatchObject({ ok: true, entries: 4, notes: [] });
      const torn = await readdir(world.paths.torn).catch(() => []);
      expect(torn.length).toBe(part === 0 || part === 1 ? 0 : 1);
    },
  );

  test('when fdatasync fails: the bytes may be there, and are still not acknowledged before a start has read them', async () => {
    const disk = failingDisk((call, count) => (call === 'sync' && count === 2 ? 0 : undefined));
    const ledger = await start({ disk });
    await world.appendBlocked(run, 'a', 0);
    await ledger.ended;
    expect(await isAcknowledged(1)).toBe(false);
    const again = await start();
    expect(await isAcknowledged(1, 5_000)).toBe(true);
    await again.stop();
    expect(await verify()).toMatchObject({ ok: true, entries: 2 });
  });
});

describe('L2: a torn tail that cannot be put aside', () => {
  test.each(['write', 'sync'] as const)(
    'when its copy fails (%s): disk_failed, no half copy is left, nothing is cut; the next start cuts it off',
    async (call) => {
      const path = await newest();
      await appendFile(path, 'E torn');
      const before = await readFile(path);
      const handle = await open(path, 'r');
      const prototype = Object.getPrototypeOf(handle) as typeof handle;
      await handle.close();
      const write = prototype.write as (bytes: Uint8Array, at: number, length: number) => Promise<unknown>;
      const noSpace = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      const fence = termFence(await claimTerm(world.paths.terms, []));
      const spy = vi.spyOn(prototype, call).mockImplementationOnce(async function (
        this: unknown,
        ...[bytes]: unknown[]
      ) {
        if (call === 'write') await write.call(this, bytes as Uint8Array, 0, 3);
        throw noSpace;
      } as never);
      try {
        const { paths, loaded } = world;
        const options = {
          paths,
          fence,
          keyring: world.engine().keyring,
          logOrigin: loaded.keyring.log_origin,
        };
        const recovery = recover({
          ...options,
          crypto: nodeCrypto,
          indexed: undefined,
          now: () => new Date(),
        });
        await expect(recovery).rejects.toMatchObject({ code: 'disk_failed', cause: noSpace });
        expect(spy).toHaveBeenCalledOnce();
      } finally {
        spy.mockRestore();
      }
      expect(await readdir(world.paths.torn)).toEqual([]);
      expect(await readFile(path)).toEqual(before);
      await settle(1);
      expect(await readdir(world.paths.torn)).toHaveLength(1);
    },
  );
});

describe('L2: what a start finds', () => {
  test('a file without a whole header is put aside', async () => {
    await writeFile(join(world.paths.journal, '0000000007-0000000000000002.jsonl'), 'H {"format":"marke');
    await world.appendBlocked(run, 'a', 0);
    await settle(2);
    expect(await readdir(world.paths.torn)).toHaveLength(1);
    expect(await verify()).toMatchObject({ ok: true, entries: 2, notes: [] });
  });

  test('L1: a byte changed before a commit: no start, nothing is touched', async () => {
    await world.appendBlocked(run, 'a', 0);
    await settle(2);
    const path = await newest();
    const changed = (await readFile(path, 'utf8')).replace('"seq":1', '"seq":7');
    await writeFile(path, changed);
    await expect(start()).rejects.toMatchObject({ code: 'journal_damaged' });
    expect(await readFile(path, 'utf8')).toBe(changed);
    await expect(readFile(world.paths.lock)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('L1: a journal shorter than what the index has seen durable, or gone: no start', async () => {
    await world.appendBlocked(run, 'a', 0);
    await settle(2);
    const path = await newest();
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, text.indexOf('\n') + 1));
    await expect(start()).rejects.toMatchObject({ code: 'journal_damaged' });
    await writeFile(path, `${text.slice(0, -3)}x}\n`);
    await expect(start()).rejects.toMatchObject({ code: 'journal_damaged' });
    await rm(world.paths.journal, { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'journal_damaged' });
  });

  test('L2: control keys and no ledger at all: no start, and every partition is closed', async () => {
    await rm(world.paths.root, { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'ledger_lost' });
    const [first, last] = await world.store.readControl([0, 63]);
    expect([first, last]).toMatchObject([{ state: 'closed' }, { state: 'closed' }]);
    await expect(world.appendBlocked(run, 'a', 0)).rejects.toMatchObject({ code: 'partition_closed' });
  });

  test('an index that is gone, or is no index, is made again from the journal', async () => {
    await world.appendBlocked(run, 'a', 0, 2);
    await settle(3);
    const currentFolder = () => indexFolder(world.paths.root, currentIndex(world.paths.root) ?? '');
    for (const damage of [
      () => rm(world.paths.index, { recursive: true }),
      () => writeFile(join(currentFolder(), 'data.mdb'), Buffer.alloc(20_000, 0x5a)),
      () => writeFile(join(world.paths.index, 'current'), '../../journal\n'),
      // Of before there were folders.
      () => rename(join(currentFolder(), 'data.mdb'), join(world.paths.index, 'data.mdb')),
    ]) {
      await damage();
      await settle(3);
      const index = openLedgerIndex(world.paths.root);
      expect(index.head()?.sequence).toBe(3);
      expect(index.lastSeq(stream)).toBe(2);
      expect(await index.entriesOfRun(run)).toHaveLength(2);
      await index.close();
    }
  });
});

describe('two writers', () => {
  test('a second ledger over one folder stands by, and writes when the first has stopped; or it is refused', async () => {
    const first = await start();
    await expect(start({ standby: 'refuse' })).rejects.toMatchObject({ code: 'already_running' });
    const engine = world.engine();
    const standingBy = new Promise<void>((resolve) => {
      void startLedger(engine, { tuning: { standbyEveryMs: 10, blockMs: 20 }, onStandby: resolve }).then(
        (second) => started.push(second),
      );
    });
    const started: RunningLedger[] = [];
    await standingBy;
    expect(engine.probe('ledger')).toMatchObject({ role: 'standby', writer: { pid: process.pid } });
    expect(started).toEqual([]);
    await first.stop();
    await vi.waitFor(() => expect(started).toHaveLength(1), 10_000);
    expect(engine.probe('ledger')).toMatchObject({ role: 'writer', term: first.term + 1 });
    await started[0]?.stop();
  });

  test('a standby that is stopped ends, and takes nothing', async () => {
    const first = await start();
    const stopping = new AbortController();
    const standby = start({ signal: stopping.signal, onStandby: () => stopping.abort() });
    await expect(standby).rejects.toMatchObject({ code: 'stopped' });
    await first.stop();
    await settle(1);
  });

  test('L1 X1: a deposed writer is refused at its next word and stops; what it wrote does not count', async () => {
    const deposed = await start();
    for (let partition = 0; partition < 64; partition += 1) {
      const next = { epoch: 1, state: 'open', reason: '', term: deposed.term + 1 } as const;
      await world.store.writeControl(partition, next);
    }
    await world.appendBlocked(run, 'a', 0);
    expect(await deposed.ended).toMatchObject({ code: 'deposed' });
    expect(await isAcknowledged(1)).toBe(false);
    const index = openLedgerIndex(world.paths.root);
    expect(index.head()?.sequence).toBe(1);
    await index.close();
  });

  test('L2 X1: two writers over one folder, as two containers would be: what is acknowledged is in the ledger, once', async () => {
    const older = await start();
    const appends: Promise<unknown>[] = [];
    for (let number = 10; number < 40; number += 1)
      appends.push(world.appendBlocked(testRunId(number), 'a', 0));
    // It knows nothing of the older one's lease, as if Redis had lost it.
    const { lease } = openMemoryStore();
    await rm(world.paths.lock);
    const engine = world.engine({ store: { ...world.store, lease } });
    const newer = await startLedger(engine, { tuning: { blockMs: 20 }, onFatal: () => undefined });
    for (let number = 40; number < 70; number += 1)
      appends.push(world.appendBlocked(testRunId(number), 'a', 0));
    await Promise.all(appends);
    expect(await older.ended).toMatchObject({ code: 'deposed' });
    await newer.settledThrough(61);
    await newer.stop();
    expect(await verify()).toMatchObject({ ok: true, entries: 61, streams: 61 });
    for (let number = 10; number < 70; number += 1)
      expect(await isAcknowledged(1, 0, operationStream(testRunId(number), 'a'))).toBe(true);
  });

  test('L1: bytes a deposed writer adds to its own file are continued by nobody', async () => {
    await world.appendBlocked(run, 'a', 0);
    await settle(2);
    const old = await newest();
    const batch = (await readFile(old, 'utf8')).split('\n').slice(1).join('\n');
    await settle(2);
    await appendFile(old, batch);
    await world.appendBlocked(run, 'a', 1);
    await settle(3);
    expect(await verify()).toMatchObject({ ok: true, entries: 3, notes: [{ code: 'ignored_entries' }] });
  });
});

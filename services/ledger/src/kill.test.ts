import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type FSWatcher, watch } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { operationStream } from '@marketops/contracts';
import { type Acknowledgements, openAcknowledgements } from '@marketops/engine';
import { openLedgerIndex } from '@marketops/journal';
import { testRedis } from '@marketops/local';
import { nodeCrypto } from '@marketops/proof/node';
import { type EventStore, openRedisStore } from '@marketops/store';
import { listJournal, verifyJournal } from '@marketops/verifier/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnLedger as spawnService } from './testing/spawn-ledger.js';
import { awaitedEvent, createWorld, testRunId, type World } from './testing/world.js';

const packageDir = fileURLToPath(new URL('..', import.meta.url));
const rounds = 8;
const pumpsPerRound = 16;

let redis: Awaited<ReturnType<typeof testRedis>>;
let store: EventStore;
let world: World;
let acknowledgements: Acknowledgements;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  // The process that is killed is the one that ships: the built package.
  const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '-b', packageDir], { stdio: 'inherit' });
  redis = await testRedis();
  store = openRedisStore(redis.url);
  world = await createWorld({ store });
  acknowledgements = await openAcknowledgements({
    store,
    crypto: nodeCrypto,
    keyring: world.engine().keyring,
    reader: world.engine().reader,
    onForged: (stream, why) => expect.unreachable(`${stream}: ${why}`),
  });
}, 120_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await acknowledgements.close();
  await store.close();
  await world.close();
  await redis.stop();
});

/** Starts the service and waits until it says that it is ready. */
async function spawnLedger(): Promise<ChildProcess> {
  const { child, ready } = spawnService(world.loaded.configPath, redis.url);
  children.add(child);
  child.once('exit', () => children.delete(child));
  await ready;
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Resolves at the nth write to the journal that the kernel tells of: the batch is on its way and not acknowledged. */
function nthWrite(nth: number): { seen: Promise<void>; watcher: FSWatcher } {
  let count = 0;
  let report: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => {
    report = resolve;
  });
  const watcher = watch(world.paths.journal, () => {
    count += 1;
    if (count >= nth) report();
  });
  return { seen, watcher };
}

test('L2 E1 X1: given a ledger killed again and again in the middle of its batches, then nothing is lost, doubled or unsaid', async () => {
  const expected = new Map<string, number>();
  let runs = 0;
  /** Appends to one new stream after the other, each when the ledger has answered for the one before, until `over`. */
  const pump = async (over: AbortSignal, ended: Promise<unknown>): Promise<void> => {
    while (!over.aborted) {
      runs += 1;
      const run = testRunId(runs);
      const stream = operationStream(run, 'a');
      await world.appendBlocked(run, 'a', 0, 2);
      expected.set(stream, 3);
      await world.appendBlocked(run, 'a', 2);
      await Promise.race([
        acknowledgements.waitFor(stream, await awaitedEvent(world.store, stream, 3), 5_000),
        ended,
      ]);
    }
  };
  for (let round = 0; round < rounds; round += 1) {
    const ledger = await spawnLedger();
    const { seen, watcher } = nthWrite(1 + 5 * round);
    const over = new AbortController();
    const ended = once(over.signal, 'abort');
    const pumps = Array.from({ length: pumpsPerRound }, () => pump(over.signal, ended));
    await seen;
    await kill(ledger);
    over.abort();
    watcher.close();
    await Promise.all(pumps);
  }

  const last = await spawnLedger();
  const words = [...expected].map(async ([stream, seq]) =>
    acknowledgements.waitFor(stream, await awaitedEvent(world.store, stream, seq), 30_000),
  );
  expect(await Promise.all(words)).not.toContain(false);
  const gone = once(last, 'exit');
  last.kill('SIGTERM');
  expect((await gone)[0]).toBe(0);

  const report = await verifyJournal({ dir: world.paths.journal, keyring: world.loaded.keyring });
  const events = [...expected.values()].reduce((sum, seq) => sum + seq, 0);
  expect(report).toMatchObject({
    ok: true,
    entries: events + 1,
    streams: expected.size + 1,
    events: { 'epoch.opened': 1, 'operation.blocked': events },
  });
  expect(report.terms.at(-1)?.term).toBe(rounds + 1);
  const index = openLedgerIndex(world.paths.root);
  for (const [stream, seq] of expected) expect([stream, index.lastSeq(stream)]).toEqual([stream, seq]);
  await index.close();
  expect(await store.readOutbox(new Map(), { countMax: 10, blockMs: 1 })).toEqual([]);
}, 180_000);

test('L2: given a stop in good order, then the process ends by itself with 0, also while nothing happens', async () => {
  const ledger = await spawnLedger();
  const gone = once(ledger, 'exit');
  ledger.kill('SIGTERM');
  expect(await gone).toEqual([0, null]);
}, 60_000);

test('L1: given a journal with a byte changed before a commit, then the process says where, and ends with 1', async () => {
  const [file] = await listJournal(world.paths.journal);
  const newest = (await listJournal(world.paths.journal)).findLast(({ bytes }) => bytes > 2_000) ?? file;
  if (newest === undefined) throw new Error('the ledger has written files');
  // Files after it hold a header only; without them it is the newest, which a start reads whole.
  for (const { path, term } of await listJournal(world.paths.journal)) if (term > newest.term) await rm(path);
  const bytes = await readFile(newest.path);
  const at = bytes.indexOf('"seq":') + 6;
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  await writeFile(newest.path, bytes);
  await expect(spawnLedger()).rejects.toThrow(/ended with 1 .*journal_damaged.*entry \d+/);
}, 60_000);

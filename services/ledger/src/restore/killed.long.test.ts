import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { operationStream } from '@marketops/contracts';
import { testRedis } from '@marketops/local';
import {
  connectRedis,
  type EventStore,
  openRedisStore,
  orderRebuild,
  readRebuildReport,
} from '@marketops/store';
import { verifyJournal } from '@marketops/verifier/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnLedger } from '../testing/spawn-ledger.js';
import { createWorld, testRunId, type World } from '../testing/world.js';

const packageDir = fileURLToPath(new URL('../..', import.meta.url));
const streams = Array.from({ length: 1_500 }, (_, number) => operationStream(testRunId(number), 'a'));

let redis: Awaited<ReturnType<typeof testRedis>>;
let admin: ReturnType<typeof connectRedis>;
let store: EventStore;
let world: World;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  const tsc = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '-b', packageDir], { stdio: 'inherit' });
  redis = await testRedis();
  admin = connectRedis(redis.url);
  store = openRedisStore(redis.url);
  world = await createWorld({ store });
}, 120_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  admin.disconnect();
  await store.close();
  await world.close();
  await redis.stop();
});

const start = () => {
  const ledger = spawnLedger(world.loaded.configPath, redis.url);
  children.add(ledger.child);
  return ledger;
};
const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
};
const segments = async () => (await store.read(streams.map((stream) => ({ stream })))).flat();

test('L2 R3: given a ledger killed again and again in the middle of a rebuild, then the last one finishes it, whole streams at a time', async () => {
  const first = start();
  await first.ready;
  await Promise.all(streams.map((_, number) => world.appendBlocked(testRunId(number), 'a', 0, 2)));
  const before = await segments();
  await end(first.child, 'SIGTERM');
  await admin.flushdb();
  await orderRebuild(world.paths.root, { id: 'order', ordered_at: '2026-03-01T00:00:00.000Z' });

  let inTheMiddle = 0;
  for (const part of [0.05, 0.2, 0.4, 0.6]) {
    const { child } = start();
    const ended = once(child, 'exit');
    // Seen from outside, while it is at it: each stream comes with its word.
    while ((await admin.dbsize()) < streams.length * 2 * part);
    child.kill('SIGKILL');
    await ended;
    const seqs = new Set(await store.lastSeqs(streams));
    seqs.delete(0);
    expect(seqs).toEqual(new Set([2]));
    // Rarely it is quicker than who looks on.
    if ((await store.readControl([0]))[0]?.state === 'closed') inTheMiddle += 1;
  }
  expect(inTheMiddle).toBeGreaterThan(0);
  const last = start();
  await last.ready;

  expect(await segments()).toEqual(before);
  expect(await readRebuildReport(world.paths.root)).toMatchObject({ order_id: 'order', state: 'done' });
  expect((await store.readControl([0, 63])).map((control) => [control?.state, control?.epoch])).toEqual([
    ['open', 2],
    ['open', 2],
  ]);
  await end(last.child, 'SIGTERM');
  const report = await verifyJournal({ dir: world.paths.journal, keyring: world.loaded.keyring });
  expect(report).toMatchObject({ ok: true, events: { 'epoch.opened': 2, 'operation.blocked': 3_000 } });
}, 120_000);

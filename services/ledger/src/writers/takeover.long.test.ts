import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedgerIndex } from '@marketops/journal';
import { connectRedis } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type SpawnedLedger, spawnLedger } from '../testing/spawn-ledger.js';
import { publishedSize, type TwoLedgers, twoLedgers } from '../testing/two-ledgers.js';

const leaseMs = 1_500;

let both: TwoLedgers;
beforeEach(async () => {
  both = await twoLedgers(leaseMs);
}, 120_000);
afterEach(() => both.close());

const published = (size: number) =>
  vi.waitFor(async () => expect(await publishedSize(both.world)).toBe(size), 20_000);
const acknowledgedOneMore = async (): Promise<void> => {
  await both.append();
  await both.allAcknowledged();
};

describe('L1 X1: one that is stopped, and goes on after another has taken over', () => {
  test.each(['index-transaction', 'rename:checkpoint'])(
    'at %s: it changes nothing any more, and ends to stand by',
    async (stopAt) => {
      const first = await both.writer({ points: { STOP_AT: stopAt } });
      await acknowledgedOneMore();
      await published(2);
      const reader = openLedgerIndex(both.world.paths.root);
      expect(reader.head()).toMatchObject({ sequence: 2, term: 1 });
      const second = await both.standby();
      first.child.kill('SIGUSR2');
      await both.append();
      await both.append();
      await second.said('the ledger is writing');
      await acknowledgedOneMore();
      await published(5);
      // It has followed to the index of the one that writes now.
      await vi.waitFor(() => expect(reader.head()).toMatchObject({ sequence: 5, term: 2 }), 20_000);
      await reader.close();

      first.child.kill('SIGCONT');
      expect(await first.ended).toBe(75);
      expect(await publishedSize(both.world)).toBe(5);
      await acknowledgedOneMore();
      const index = openLedgerIndex(both.world.paths.root);
      await vi.waitFor(() => expect(index.head()).toMatchObject({ sequence: 6, term: 2 }), 20_000);
      await index.close();
      expect((await both.verified()).terms).toEqual([1, 2]);
    },
    90_000,
  );
});

test('L2: clocks that jump an hour, forwards and backwards, change nothing', async () => {
  const first = await both.writer({ points: { JUMP_MS: '3600000' } });
  const second = await both.standby({ points: { JUMP_MS: '-3600000' } });
  first.child.kill('SIGHUP');
  second.child.kill('SIGHUP');
  // Two leases long, by the time that no clock shows.
  const beganMs = performance.now();
  while (performance.now() - beganMs < 2 * leaseMs) await acknowledgedOneMore();
  expect(await first.health()).toMatchObject({ role: 'writer', term: 1 });
  expect(await second.health()).toMatchObject({ role: 'standby' });
  first.child.kill('SIGKILL');
  await second.said('the ledger is writing');
  await acknowledgedOneMore();
  expect((await both.verified()).terms).toEqual([1, 2]);
}, 90_000);

test('L2 E1: ten takeovers while events flow, by every way to go: no event is lost, none is there twice', async () => {
  const ways = ['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGKILL', 'journal-written'] as const;
  const points = { STOP_AT: 'journal-written' };
  let writing: SpawnedLedger = await both.writer({ points });
  let isOver = false;
  const flow = (async () => {
    while (!isOver) {
      await both.append();
      await new Promise((resolve) => setImmediate(resolve));
      if (!isOver) await both.allAcknowledged(60_000);
    }
  })();
  for (let turn = 0; turn < 10; turn += 1) {
    const next = await both.standby({ points });
    const way = ways[turn % ways.length];
    const signal = way === 'journal-written' ? 'SIGUSR2' : (way ?? 'SIGKILL');
    writing.child.kill(signal);
    await next.said('the ledger is writing');
    writing.child.kill('SIGCONT');
    const code = await writing.ended;
    expect([way, code]).toEqual([way, way === 'SIGKILL' ? null : way === 'SIGTERM' ? 0 : 75]);
    writing = next;
  }
  isOver = true;
  await flow;
  await both.allAcknowledged();
  const { terms } = await both.verified();
  expect([...new Set(terms)]).toEqual(Array.from({ length: 11 }, (_, at) => at + 1));
}, 300_000);

test('L2: given Redis loses the lease, then the writer takes it back and the standby stays one', async () => {
  const first = await both.writer();
  const second = await both.standby();
  const redis = connectRedis(both.redisUrl);
  const lease = 'mo:{p00}:lease';
  const holder = await redis.hget(lease, 'holder');
  await redis.del(lease);
  await vi.waitFor(async () => expect(await redis.hget(lease, 'holder')).toBe(holder), 10_000);
  redis.disconnect();
  await acknowledgedOneMore();
  expect(await first.health()).toMatchObject({ role: 'writer', term: 1 });
  expect(await second.health()).toMatchObject({ role: 'standby' });
}, 60_000);

test('L2: given a ledger with another folder, then it does not stand by but says so, and changes nothing', async () => {
  const { world, redisUrl } = both;
  await both.writer();
  await acknowledgedOneMore();
  const elsewhere = await mkdtemp(join(tmpdir(), 'marketops-elsewhere-'));
  const environment = {
    MARKETOPS_DATA_DIR: elsewhere,
    MARKETOPS_KEYS_DIR: join(world.loaded.dataDir, 'keys', 'ledger'),
  };
  await cp(join(world.loaded.dataDir, 'keyring.json'), join(elsewhere, 'keyring.json'));
  const other = spawnLedger(world.loaded.configPath, redisUrl, { points: environment });
  await other.said('another_folder');
  expect(await other.ended).toBe(1);
  await rm(elsewhere, { recursive: true });
  await acknowledgedOneMore();
  expect((await both.verified()).terms).toEqual([1]);
}, 60_000);

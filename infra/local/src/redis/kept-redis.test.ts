import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LocalError } from '../local-error.js';
import { type KeptRedis, keepRedis, type Patience, type RedisChange } from './kept-redis.js';
import { provideRedis } from './provide-redis.js';
import { withRedis } from './readiness.js';
import type { RedisServer } from './redis-server.js';
import { scratch, serverHere } from './testing.js';

const { server, unless } = await serverHere();
const LIMIT_MS = 5_000;
const impatient: Patience = { firstDelayMs: 5, steadyMs: 30_000, endsMax: 3 };

/** What a kept Redis says of itself; `next` resolves with each further change, in order. */
function changesOf() {
  const all: RedisChange[] = [];
  const events = new EventTarget();
  let read = 0;
  return {
    all,
    onChange(change: RedisChange) {
      all.push(change);
      events.dispatchEvent(new Event('change'));
    },
    async next(): Promise<RedisChange> {
      while (all.length <= read) await once(events, 'change');
      return all[read++] as RedisChange;
    },
  };
}

async function keep(dataDir: string, patience: Patience = impatient) {
  const changes = changesOf();
  const { onChange } = changes;
  const redis = await keepRedis(
    server as RedisServer,
    { dataDir, durability: 'everysec' },
    { onChange, patience },
  );
  onTestFinished(() => redis.stop());
  return { redis, changes };
}

const kill = ({ pid }: Pick<KeptRedis, 'pid'>) => process.kill(pid as number, 'SIGKILL');

describe.skipIf(!server)(`a private Redis that is kept alive${unless}`, () => {
  test('given it is killed, then it is started again with its data, and a client that waits gets its answer', async () => {
    const { redis, changes } = await keep(await scratch());
    const client = new Redis(redis.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => {});
    onTestFinished(() => client.disconnect());
    await client.set('order', 'kept');
    const before = redis.pid;

    kill(redis);
    expect(await changes.next()).toEqual({
      state: 'waiting',
      reason: 'it ended with SIGKILL',
      delayMs: impatient.firstDelayMs,
    });
    expect(redis.pid).toBeUndefined();
    expect(await client.get('order')).toBe('kept');

    expect(await changes.next()).toEqual({ state: 'running', pid: redis.pid });
    expect(redis.pid).not.toBe(before);
  });

  test('given it ends again and again, then each wait is longer, and it is given up with where to look', async () => {
    const dataDir = await scratch();
    const { redis, changes } = await keep(dataDir);

    for (let ends = 1; ends < impatient.endsMax; ends++) {
      kill(redis);
      expect(await changes.next()).toMatchObject({ state: 'waiting', delayMs: 5 * 2 ** (ends - 1) });
      expect(await changes.next()).toMatchObject({ state: 'running' });
    }
    kill(redis);
    expect(await changes.next()).toEqual({ state: 'down', reason: 'it ended with SIGKILL' });

    const fault = await redis.lost;
    expect(fault).toMatchObject({ code: 'redis_lost' });
    expect(fault.message).toContain('ended 3 times in a row: it ended with SIGKILL');
    expect(fault.next).toContain(join(dataDir, 'redis.log'));
    expect(redis.pid).toBeUndefined();
  });

  test('given it had run for long enough, then the next end is the first again', async () => {
    const { redis, changes } = await keep(await scratch(), { ...impatient, steadyMs: 0, endsMax: 2 });
    for (let ends = 0; ends < 3; ends++) {
      kill(redis);
      expect(await changes.next()).toMatchObject({ state: 'waiting', delayMs: 5 });
      expect(await changes.next()).toMatchObject({ state: 'running' });
    }
  });

  test('given data that it cannot read, then a start that fails counts as an end', async () => {
    const dataDir = await scratch();
    const { redis, changes } = await keep(dataDir);
    await withRedis(redis.url, LIMIT_MS, (client) => client.set('order', 'kept'));
    const folder = join(dataDir, 'appendonlydir');
    const log = (await readdir(folder)).find((name) => name.endsWith('.incr.aof')) ?? '';
    await writeFile(join(folder, log), 'this is no append-only file\r\n');

    kill(redis);
    await redis.lost;

    expect(changes.all.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'down']);
    expect(changes.all.at(-1)?.reason).toContain(`did not start over ${dataDir}`);
  });

  test('given it is stopped, also while it waits, then it stays down and nothing is said', async () => {
    const { redis, changes } = await keep(await scratch(), { ...impatient, firstDelayMs: 60_000 });
    kill(redis);
    expect(await changes.next()).toMatchObject({ state: 'waiting' });
    await redis.stop();
    const other = await keep(await scratch());
    await other.redis.stop();

    expect([redis.pid, other.redis.pid]).toEqual([undefined, undefined]);
    expect([changes.all.length, other.changes.all.length]).toEqual([1, 0]);
  });

  test('given it is stopped while it starts again, then no server is left behind', async () => {
    const dataDir = await scratch();
    const { redis, changes } = await keep(dataDir, { ...impatient, firstDelayMs: 0 });
    kill(redis);
    expect(await changes.next()).toMatchObject({ state: 'waiting' });
    await new Promise((resolve) => setImmediate(resolve));
    await redis.stop();
    expect(redis.pid).toBeUndefined();
    // The folder is free: whatever ran over it would hold its lock.
    const next = await keep(dataDir);
    expect(next.redis.pid).toBeDefined();
  });
});

test('given the Redis in JavaScript ends, then it is told as lost, for its data is', async () => {
  const changes = changesOf();
  const dataDir = await scratch();
  const redis = await provideRedis({
    ...{ dataDir, cacheDir: dataDir, allowNonDurable: true, sources: ['javascript'], env: {} },
    keepAlive: changes.onChange,
  });
  kill({ pid: redis.pid });
  expect(await changes.next()).toEqual({ state: 'down', reason: 'it ended with SIGKILL' });
  expect(await (redis.lost as Promise<LocalError>)).toMatchObject({ code: 'redis_lost' });
});

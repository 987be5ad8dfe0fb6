import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exited } from './child.js';
import { type PrivateRedisOptions, startPrivateRedis } from './private-redis.js';
import { waitUntilReady, withRedis } from './readiness.js';
import type { RedisServer } from './redis-server.js';
import { refusal, scratch, serverHere } from './testing.js';

const { server, unless } = await serverHere();
const LIMIT_MS = 5_000;

async function start(options: PrivateRedisOptions) {
  const redis = await startPrivateRedis(server as RedisServer, options);
  onTestFinished(() => redis.stop());
  return redis;
}

const set = (url: string, key: string) => withRedis(url, LIMIT_MS, (redis) => redis.set(key, 'kept'));
const transaction = (url: string) =>
  withRedis(url, LIMIT_MS, async (redis) => {
    await redis.multi().set('first', 'kept').exec();
    await redis.eval(
      "redis.call('SET', KEYS[1], 'kept') redis.call('SET', KEYS[2], 'kept')",
      2,
      'second',
      'third',
    );
  });
const get = (url: string, key: string) => withRedis(url, LIMIT_MS, (redis) => redis.get(key));

describe.skipIf(!server)(`a private Redis${unless}`, () => {
  test('given appendfsync always, when it crashes and starts again, then acknowledged data is there', async () => {
    const dataDir = await scratch();
    const first = await start({ dataDir, durability: 'always' });
    await set(first.url, 'order');

    await first.crash();
    const second = await start({ dataDir, durability: 'always', socket: first.socket });

    expect(second.url).toBe(first.url);
    expect(second.pid).not.toBe(first.pid);
    expect(await get(second.url, 'order')).toBe('kept');
  });

  test('given a client, when the server crashes and returns on its socket, then the client reconnects', async () => {
    const dataDir = await scratch();
    const first = await start({ dataDir, durability: 'always' });
    const client = new Redis(first.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => {});
    onTestFinished(() => client.disconnect());
    await client.set('order', 'kept');

    await first.crash();
    const answer = client.get('order');
    await start({ dataDir, socket: first.socket });

    expect(await answer).toBe('kept');
  });

  test('given users, then nobody comes in without a password, and it starts again over the same data', async () => {
    const dataDir = await scratch();
    const aclFile = join(dataDir, 'users.acl');
    await writeFile(aclFile, 'user default reset off ~* &* +@all\nuser admin reset on >s3cret ~* &* +@all\n');
    const users = { aclFile, admin: { username: 'admin', password: 's3cret' } };
    const first = await start({ dataDir, durability: 'always', users });
    await set(first.url, 'order');
    await transaction(first.url);

    expect(first.url).toBe(`${first.socket}?username=admin&password=s3cret`);
    expect(await refusal(get(first.socket, 'order'))).toMatchObject({
      message: expect.stringMatching(/NOAUTH/),
    });
    await first.crash();
    const second = await start({ dataDir, durability: 'always', users, socket: first.socket });
    expect(await get(second.url, 'order')).toBe('kept');
    // A transaction, and what a script did: Redis reads both back as the user `default`.
    expect([await get(second.url, 'first'), await get(second.url, 'second')]).toEqual(['kept', 'kept']);
  });

  test('given its socket path as the url, then BullMQ runs a job over it', async () => {
    const { url } = await start({ dataDir: await scratch(), durability: 'none' });
    const queue = new Queue('plans', { connection: { url } });
    const worker = new Worker<number>('plans', async (job) => job.data * 2, {
      connection: { url, maxRetriesPerRequest: null },
    });

    const completed = once(worker, 'completed');
    await queue.add('double', 21);
    const [, result] = await completed;
    await worker.close();
    await queue.close();

    expect(result).toBe(42);
  });

  test('given everysec, when it is stopped in order, then nothing is lost', async () => {
    const dataDir = await scratch();
    const first = await start({ dataDir });
    await set(first.url, 'order');

    await first.stop();

    expect(await get((await start({ dataDir })).url, 'order')).toBe('kept');
  });

  test('given no durability, when it starts again, then it has lost its data', async () => {
    const dataDir = await scratch();
    const first = await start({ dataDir, durability: 'none' });
    await set(first.url, 'order');

    await first.stop();

    expect(await get((await start({ dataDir, durability: 'none' })).url, 'order')).toBeNull();
  });

  test('given two servers, when one is stopped, twice, then the other still answers', async () => {
    const one = await start({ dataDir: await scratch(), durability: 'none' });
    const other = await start({ dataDir: await scratch(), durability: 'none' });

    await one.stop();
    await one.stop();

    expect(() => process.kill(one.pid, 0)).toThrow();
    expect(await withRedis(other.url, LIMIT_MS, (redis) => redis.ping())).toBe('PONG');
  });

  test('given a running server, then it has no TCP port and only its user may use the socket', async () => {
    const redis = await start({ dataDir: await scratch(), durability: 'none' });

    const port = await withRedis(redis.url, LIMIT_MS, (client) => client.config('GET', 'port'));

    expect(JSON.stringify(port)).toMatch(/"port"[:,]"0"/);
    expect((await stat(redis.socket)).mode & 0o077).toBe(0);
  });

  test('given a data directory with a long path, then the socket has a short one, and its folder goes with it', async () => {
    const dataDir = join(await scratch(), 'a'.repeat(120), 'b'.repeat(120));
    const redis = await start({ dataDir });
    expect(redis.socket.length).toBeLessThan(104);

    await set(redis.url, 'order');
    await redis.stop();

    await expect(stat(join(redis.socket, '..'))).rejects.toThrow('ENOENT');
    const again = await start({ dataDir, socket: redis.socket });
    expect(await get(again.url, 'order')).toBe('kept');
    await again.stop();
    await expect(stat(join(redis.socket, '..'))).rejects.toThrow('ENOENT');
  });

  test('given a data directory in use, when another server wants it, then it is refused and the first lives', async () => {
    const dataDir = await scratch();
    const first = await start({ dataDir });

    expect(await refusal(startPrivateRedis(server as RedisServer, { dataDir }))).toMatchObject({
      code: 'redis_data_in_use',
    });
    expect(await withRedis(first.url, LIMIT_MS, (redis) => redis.ping())).toBe('PONG');
  });

  test('given eight starts over one directory at once, then exactly one gets it', async () => {
    const dataDir = await scratch();
    const starts = Array.from({ length: 8 }, () => startPrivateRedis(server as RedisServer, { dataDir }));

    const settled = await Promise.allSettled(starts);

    const winners = settled.filter((one) => one.status === 'fulfilled');
    for (const { value } of winners) await value.stop();
    expect(winners).toHaveLength(1);
  });

  test('given data that cannot be read, when it starts, then the error carries the log of the server', async () => {
    const dataDir = await scratch();
    await mkdir(join(dataDir, 'appendonlydir'));
    await writeFile(join(dataDir, 'appendonlydir', 'appendonly.aof.manifest'), 'nonsense\n');

    const error = await refusal(startPrivateRedis(server as RedisServer, { dataDir }));

    expect(error).toMatchObject({ code: 'redis_start_failed', next: expect.stringContaining('redis.log') });
    expect(String(error)).toMatch(/manifest/i);
  });

  test('given the process that started it, when that is killed with SIGKILL, then the server ends', async () => {
    const dataDir = await scratch();
    const parent = startInAnotherProcess(dataDir);
    onTestFinished(() => {
      parent.kill('SIGKILL');
    });
    const [line] = await once(parent.stdout, 'data');
    const { url, pid } = JSON.parse(String(line)) as { url: string; pid: number };
    const client = new Redis(url, { retryStrategy: () => null });
    client.on('error', () => {});
    await client.ping();
    const closed = once(client, 'end');

    parent.kill('SIGKILL');
    await Promise.all([exited(parent), closed]);

    // The watchdog ends it in order, so the next start waits for it and finds the data free.
    const next = await start({ dataDir });
    expect(next.pid).not.toBe(pid);
    expect((await waitUntilReady(next.url, LIMIT_MS)).durable).toBe(true);
  });
});

/** The sources are TypeScript, which Node 20 does not run: vite does, as it does for this test. */
function startInAnotherProcess(dataDir: string): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const program = `
    const { runnerImport } = await import('vite');
    const source = { resolve: { conditions: ['source'] } };
    const { module } = await runnerImport(process.argv[1], { configFile: false, ...source, ssr: source });
    const redis = await module.startPrivateRedis(JSON.parse(process.argv[2]), { dataDir: process.argv[3] });
    process.stdout.write(JSON.stringify({ url: redis.url, pid: redis.pid }));
    setInterval(() => {}, 60_000);`;
  const file = new URL('./private-redis.ts', import.meta.url).pathname;
  const args = ['--input-type=module', '-e', program, file, JSON.stringify(server), dataDir];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

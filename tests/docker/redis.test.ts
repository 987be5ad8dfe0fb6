import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRedisCredentials, redisAclPath } from '@marketops/engine';
import { findRedisServer, type RedisServer, startPrivateRedis } from '@marketops/local';
import { connectRedis, withCredentials } from '@marketops/store';
import { describe, expect, it, onTestFinished } from 'vitest';
import { prepared } from './prepared.js';
import { freePort, startComposeRedis } from './redis.js';

const found = await findRedisServer().catch((fault: unknown) => String(fault));
const unless = typeof found === 'string' ? ` (skipped: ${found})` : '';
const server = found as RedisServer;

const settings = [
  ...['appendonly', 'appendfsync', 'save', 'auto-aof-rewrite-min-size', 'rdbcompression', 'maxmemory-policy'],
  ...['maxmemory', 'aof-load-truncated', 'databases'],
];

describe.skipIf(unless !== '')(`infra/redis/redis.conf${unless}`, () => {
  it('has the settings of the private Redis of `marketops dev`, which all other tests run on', async () => {
    const the = prepared();
    onTestFinished(() => the.remove());
    const dataDir = join(the.dir, '.marketops');
    const admin = readRedisCredentials(dataDir, 'admin');
    const folder = mkdtempSync(join(tmpdir(), 'marketops-redis-conf-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const users = { aclFile: redisAclPath(dataDir), admin };
    const own = await startPrivateRedis(server, { dataDir: folder, users });
    onTestFinished(() => own.stop());
    const redis = await startComposeRedis(server, the.compose, await freePort());
    onTestFinished(async () => void (await redis.stop()));

    const settingsAt = async (url: string): Promise<Record<string, string>> => {
      const client = connectRedis(url);
      onTestFinished(() => client.disconnect());
      const words = (await client.call('CONFIG', 'GET', ...settings)) as string[];
      return Object.fromEntries(settings.map((name) => [name, words[words.indexOf(name) + 1] ?? 'none']));
    };
    const here = await settingsAt(withCredentials(`redis://127.0.0.1:${redis.port}`, admin));
    expect(here).toEqual(await settingsAt(own.url));
    expect(here).toMatchObject({ appendonly: 'yes', 'maxmemory-policy': 'noeviction', save: '' });
  });
});

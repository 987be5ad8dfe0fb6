import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findOnPath } from './path-source.js';
import { provideRedis } from './provide-redis.js';
import { withRedis } from './readiness.js';
import type { RedisServer } from './redis-server.js';
import { NOTHING_ON_PATH, refusal, scratch, serverHere } from './testing.js';

const { server, unless } = await serverHere();

async function folderWith(name: string, script: string): Promise<string> {
  const folder = await scratch();
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return folder;
}

describe('a Redis on PATH', () => {
  test.skipIf(!server).each(['redis-server', 'valkey-server'])(
    `given a real %s on PATH, then a private instance of it is provided${unless}`,
    async (name) => {
      const { command, libraryPath } = server as RedisServer;
      const library = libraryPath ? `LD_LIBRARY_PATH='${libraryPath}' ` : '';
      const PATH = `/nonexistent:${await folderWith(name, `${library}exec '${command}' "$@"`)}`;

      const dataDir = await scratch();
      const redis = await provideRedis({ dataDir, cacheDir: dataDir, env: { PATH }, allowNonDurable: false });
      onTestFinished(() => redis.stop());

      expect(redis).toMatchObject({ source: 'path', durable: true });
      expect(await withRedis(redis.url, 5_000, (client) => client.ping())).toBe('PONG');
    },
  );

  test('given nothing on PATH, or no PATH at all, then it says so', async () => {
    expect(await refusal(findOnPath(NOTHING_ON_PATH))).toMatchObject({ code: 'redis_source_missing' });
    expect(await refusal(findOnPath({}))).toMatchObject({ code: 'redis_source_missing' });
  });

  test('given a Redis that is too old, then it is refused with both versions', async () => {
    const PATH = await folderWith('redis-server', 'echo "Redis server v=5.0.7 sha=00000000:0 bits=64"');

    const error = await refusal(findOnPath({ PATH }));

    expect(error).toMatchObject({ code: 'redis_too_old' });
    expect(String(error)).toMatch(/5\.0\.7.*6\.2\.0/);
  });

  test('given a Redis that does not start, then its own words are the reason', async () => {
    const PATH = await folderWith(
      'redis-server',
      'echo "error while loading shared libraries" >&2; exit 127',
    );

    expect(String(await refusal(findOnPath({ PATH })))).toContain('error while loading shared libraries');
  });
});

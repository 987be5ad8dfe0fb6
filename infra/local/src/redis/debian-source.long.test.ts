import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { reasonOf } from '../local-error.js';
import { librariesIn } from './debian-packages.js';
import { debianRelease, findInDebian } from './debian-source.js';
import { provideRedis } from './provide-redis.js';
import { withRedis } from './readiness.js';
import { NOTHING_ON_PATH, refusal, scratch } from './testing.js';

const DOWNLOAD_LIMIT_MS = 120_000;
const release = await debianRelease().then(
  (name) => ({ here: true, unless: ` (${name})` }),
  (error) => ({ here: false, unless: ` (skipped: ${reasonOf(error)})` }),
);

const silent = () => {};

describe.skipIf(!release.here)(`the distribution's Redis${release.unless}`, () => {
  test('given an empty cache and no Redis on PATH, when asked twice, then it downloads once and runs twice', {
    timeout: DOWNLOAD_LIMIT_MS,
  }, async () => {
    const cacheDir = await scratch();
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const options = { cacheDir, env: NOTHING_ON_PATH, allowNonDurable: false, log };

    for (const dataDir of [await scratch(), await scratch()]) {
      const redis = await provideRedis({ ...options, dataDir });
      onTestFinished(() => redis.stop());
      expect(redis).toMatchObject({ source: 'debian', durable: true });
      expect(await withRedis(redis.url, 5_000, (client) => client.ping())).toBe('PONG');
    }

    expect(lines).toHaveLength(1);
    expect(await readdir(join(cacheDir, 'redis-debian'))).toHaveLength(1);
  });

  test('given two first times at once, then both get a server and one entry is left', {
    timeout: DOWNLOAD_LIMIT_MS,
  }, async () => {
    const cacheDir = await scratch();

    const found = await Promise.all([
      findInDebian({ cacheDir, log: silent }),
      findInDebian({ cacheDir, log: silent }),
    ]);

    expect(found[0]).toEqual(found[1]);
    expect(await readdir(join(cacheDir, 'redis-debian'))).toHaveLength(1);
  });

  test('given a damaged cache entry, then it is replaced', { timeout: DOWNLOAD_LIMIT_MS }, async () => {
    const cacheDir = await scratch();
    const { command } = await findInDebian({ cacheDir, log: silent });
    await truncate(command, 100);

    const lines: string[] = [];
    const server = await findInDebian({ cacheDir, log: (line) => lines.push(line) });

    expect(server.command).toBe(command);
    expect(lines).toHaveLength(1);
    expect(await readdir(join(cacheDir, 'redis-debian'))).toHaveLength(1);
  });

  test('given a cache folder that cannot be written, then the reason says so', async () => {
    const cacheDir = join(await scratch(), 'cache');
    await writeFile(cacheDir, 'a file where the folder should be');

    const error = await refusal(findInDebian({ cacheDir, log: silent }));

    expect(error).toMatchObject({ code: 'redis_packages_failed' });
  });
});

describe('the release of this machine', () => {
  const cases = [
    ['ID=debian\nVERSION_ID="12"\n', 'debian-12'],
    ['NAME=x\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', 'ubuntu-24.04'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n', 'linuxmint-22'],
    ['ID=debian\nVERSION_CODENAME=forky\n', 'debian-forky'],
  ] as const;

  test.each(cases)('given %j, then it is %s', async (text, expected) => {
    const file = join(await scratch(), 'os-release');
    await writeFile(file, text);
    expect(await debianRelease(file)).toBe(expected);
  });

  test('given another system, or none that says its name, then there is nothing for it', async () => {
    const folder = await scratch();
    await mkdir(join(folder, 'etc'));
    await writeFile(join(folder, 'os-release'), 'ID=fedora\nVERSION_ID=42\n');
    expect(await refusal(debianRelease(join(folder, 'os-release')))).toMatchObject({
      code: 'redis_source_missing',
    });
    expect(await refusal(debianRelease(join(folder, 'none')))).toMatchObject({
      code: 'redis_source_missing',
    });
  });
});

test('given the output of apt-cache depends, then the libraries are taken and the C library is not', () => {
  const output = `redis-tools
  PreDepends: init-system-helpers
 |Depends: libssl3
  Depends: libsystemd0
    libelogind0
  Depends: libc6
  Depends: <libvirtual>
  Depends: lua-cjson
  Suggests: libnever
`;
  expect(librariesIn(output)).toEqual(['libssl3', 'libsystemd0', 'lua-cjson']);
});

import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LocalError, reasonOf } from '../local-error.js';
import { unpackRedisPackages } from './debian-packages.js';
import type { Log } from './provided-redis.js';
import { probeServer, type RedisServer } from './redis-server.js';

export interface DebianSourceOptions {
  readonly cacheDir: string;
  readonly log: Log;
}

/** Raised when what a cache entry holds changes, so that old entries are left alone. */
const CACHE_FORMAT = 1;

/**
 * Debian's or Ubuntu's own redis-server, unpacked into the cache without root and without installing it. The first
 * time downloads a few megabytes; later times only try the program. Concurrent first times download twice, and the
 * first to finish wins: an entry appears by one rename, complete, or not at all.
 */
export async function findInDebian(options: DebianSourceOptions): Promise<RedisServer> {
  const release = await debianRelease();
  const folder = resolve(options.cacheDir, 'redis-debian');
  const entry = join(folder, `${release}-${process.arch}-${CACHE_FORMAT}`);
  const cached = await tryEntry(entry);
  if (cached) return cached;
  options.log(`downloading redis-server from the package archive of ${release}`);
  const work = join(folder, `.work-${randomUUID()}`);
  try {
    await mkdir(work, { recursive: true });
    const root = await unpackRedisPackages(work);
    await seal(root);
    await asServer(root);
    await putInPlace(root, entry);
    return await asServer(entry);
  } catch (error) {
    if (error instanceof LocalError) throw error;
    throw new LocalError('redis_packages_failed', `The packages cannot be unpacked: ${reasonOf(error)}`, {
      next: `Check that ${folder} is writable and its disk not full.`,
      cause: error,
    });
  } finally {
    await rm(work, { recursive: true, force: true }).catch(() => {});
  }
}

/** `debian-12`, `ubuntu-24.04` …: packages of one release do not run on another. */
export async function debianRelease(osRelease = '/etc/os-release'): Promise<string> {
  const text = await readFile(osRelease, 'utf8').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  const family = `${field('ID')} ${field('ID_LIKE')}`.split(' ');
  if (!family.includes('debian') && !family.includes('ubuntu')) {
    throw new LocalError('redis_source_missing', 'This is not Debian, Ubuntu or a derivative.', {
      next: 'Install redis-server or valkey-server, or set REDIS_URL.',
    });
  }
  return `${field('ID')}-${field('VERSION_ID') || field('VERSION_CODENAME') || 'rolling'}`;
}

/** A cached server that still starts. A damaged entry is moved away first, so that nobody uses half of it. */
async function tryEntry(entry: string): Promise<RedisServer | undefined> {
  const exists = await access(entry).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  try {
    return await asServer(entry);
  } catch {
    const aside = `${entry}.damaged-${randomUUID()}`;
    await rename(entry, aside).catch(() => {});
    await rm(aside, { recursive: true, force: true });
    return undefined;
  }
}

/**
 * The server in `root`, after its bytes are known to be those that were unpacked: `exec` hands a file that is no
 * program any more (cut short by a full disk, say) to the shell, which would run it line by line.
 */
async function asServer(root: string): Promise<RedisServer> {
  const command = await commandIn(root);
  if ((await digest(command)) !== (await readFile(join(root, SEAL), 'utf8'))) {
    throw new LocalError('redis_packages_failed', `${command} is not what was unpacked.`, {
      next: `Remove ${root} and start again.`,
    });
  }
  const libraryPath = (await libraryFolders(root)).join(':');
  return probeServer({ command, libraryPath, source: 'debian' });
}

const SEAL = '.sha256';

async function seal(root: string): Promise<void> {
  await writeFile(join(root, SEAL), await digest(await commandIn(root)));
}

async function digest(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function commandIn(root: string): Promise<string> {
  const programs = join(root, 'usr', 'bin');
  const names = await readdir(programs);
  const name = ['redis-server', 'valkey-server'].find((known) => names.includes(known));
  if (name) return join(programs, name);
  throw new LocalError('redis_packages_failed', 'The packages hold no redis-server.', {
    next: 'Install redis-server or valkey-server, or set REDIS_URL.',
  });
}

/** `usr/lib/<architecture>`, on older releases also `lib/<architecture>`. */
async function libraryFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const base of [join(root, 'usr', 'lib'), join(root, 'lib')]) {
    const folders = await readdir(base, { withFileTypes: true }).catch(() => []);
    found.push(...folders.filter((f) => f.name.includes('-linux-')).map((f) => join(base, f.name)));
  }
  return found;
}

async function putInPlace(root: string, entry: string): Promise<void> {
  try {
    await rename(root, entry);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

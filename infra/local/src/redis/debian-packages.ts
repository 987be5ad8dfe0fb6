import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalError, reasonOf } from '../local-error.js';
import { runChild } from './child.js';

/** Debian keeps them here; PATH is the caller's and may hide them. */
const APT_GET = '/usr/bin/apt-get';
const APT_CACHE = '/usr/bin/apt-cache';
const DPKG_DEB = '/usr/bin/dpkg-deb';

const UPDATE_LIMIT_MS = 60_000;
const DOWNLOAD_LIMIT_MS = 60_000;
const LOCAL_LIMIT_MS = 20_000;

const FAMILIES = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
] as const;

/** The C library must be the system's own: its loader is already running. */
const SYSTEM_LIBRARIES = new Set(['libc6', 'libgcc-s1', 'libstdc++6']);

/**
 * Downloads the server's packages and its libraries, and unpacks them below `work`. Answers the folder that then looks
 * like `/`. apt checks signatures and hashes as always; only its folders are ours, so it needs neither root nor the
 * system's locks, and changes nothing on the system.
 */
export async function unpackRedisPackages(work: string): Promise<string> {
  const apt = await privateApt(work);
  // Broken third-party sources make `update` fail even when Debian's own lists have arrived: the next step decides.
  const updated = await apt(APT_GET, ['update', '-qq'], UPDATE_LIMIT_MS).catch(reasonOf);
  const packages = await neededPackages(apt, updated);
  await apt(APT_GET, ['download', '-qq', ...packages], DOWNLOAD_LIMIT_MS).catch((error: unknown) => {
    throw packagesFailed(`${packages.join(', ')} cannot be downloaded: ${reasonOf(error)}`, error);
  });
  const root = join(work, 'root');
  for (const file of (await readdir(work)).filter((name) => name.endsWith('.deb'))) {
    await runChild(DPKG_DEB, ['-x', join(work, file), root], {
      limit_ms: LOCAL_LIMIT_MS,
      env: aptEnvironment(),
    });
  }
  return root;
}

type Apt = (command: string, args: readonly string[], limit_ms: number) => Promise<string>;

/** apt with state and cache below `work`. Its configuration file comes after the system's, which may name a proxy. */
async function privateApt(work: string): Promise<Apt> {
  const configuration = join(work, 'apt.conf');
  for (const folder of ['state/lists/partial', 'cache/archives/partial']) {
    await mkdir(join(work, folder), { recursive: true });
  }
  await writeFile(
    configuration,
    [
      `Dir::State "${join(work, 'state')}/";`,
      `Dir::Cache "${join(work, 'cache')}/";`,
      // The system's hooks would work on the system's caches.
      '#clear APT::Update::Pre-Invoke;',
      '#clear APT::Update::Post-Invoke;',
      '#clear APT::Update::Post-Invoke-Success;',
      // As root, apt would download as the user _apt, who may not enter our folder.
      'APT::Sandbox::User "root";',
      'Acquire::Languages "none";',
      'Acquire::Retries "1";',
      'Acquire::http::Timeout "15";',
      'Acquire::https::Timeout "15";',
    ].join('\n'),
  );
  return (command, args, limit_ms) =>
    runChild(command, ['-c', configuration, ...args], { limit_ms, env: aptEnvironment(), cwd: work });
}

function aptEnvironment(): NodeJS.ProcessEnv {
  const proxies = Object.entries(process.env).filter(([name]) => /^(https?|no|all)_proxy$/i.test(name));
  return { ...Object.fromEntries(proxies), PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
}

/** The packages of the first family that this release has, with the libraries they depend on. */
async function neededPackages(apt: Apt, updated: string): Promise<string[]> {
  const reasons = updated.trim() === '' ? [] : [updated.trim()];
  for (const family of FAMILIES) {
    try {
      const depends = await apt(APT_CACHE, ['depends', ...family], LOCAL_LIMIT_MS);
      return [...new Set([...family, ...librariesIn(depends)])];
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  throw packagesFailed(`No package of Redis or Valkey is known here: ${reasons.join('; ')}`);
}

/** Reads `apt-cache depends`. Alternatives start with `|`; virtual packages are in angle brackets and passed over. */
export function librariesIn(depends: string): string[] {
  return [...depends.matchAll(/^ [ |](?:Pre)?Depends: ((?:lib|lua)\S+)$/gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => !SYSTEM_LIBRARIES.has(name));
}

function packagesFailed(message: string, cause?: unknown): LocalError {
  return new LocalError('redis_packages_failed', message, {
    next: 'Check the connection to the package archive; or install redis-server, or set REDIS_URL.',
    retry: 'transient',
    cause,
  });
}

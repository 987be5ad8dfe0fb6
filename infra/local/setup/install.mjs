import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, SetupError, say, timed } from './report.mjs';
import { runQuietly } from './run.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const STAMP = join(ROOT, 'node_modules', '.marketops-stamp');
const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH/;

/** Installs the packages, unless they are those of this lock file, this Node and this machine already. */
export async function install() {
  if ((await wanted()) === (await stamped())) return;
  const { code, output } = await timed('installing packages', () => npm('install'));
  if (code !== 0) throw installFailed(output);
  // npm may have completed the lock file, so its hash is taken afterwards.
  await writeFile(STAMP, await wanted());
}

/** `npm` the way this process was started by it, or as it is on PATH. Development packages even in production. */
function npm(...args) {
  const quiet = ['--include=dev', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const own = process.env.npm_execpath;
  if (own?.endsWith('.js')) return runQuietly(process.execPath, [own, ...args, ...quiet]);
  return runQuietly(process.platform === 'win32' ? 'npm.cmd' : 'npm', [...args, ...quiet]).catch((cause) => {
    throw new SetupError(`npm cannot be run: ${cause.message}`, 'Install npm; it comes with Node.');
  });
}

async function wanted() {
  const lock = await readFile(LOCK).catch(() => '');
  const hash = createHash('sha256').update(lock).digest('hex');
  return `${hash} node-${process.versions.modules} ${process.platform}-${process.arch}\n`;
}

function stamped() {
  return readFile(STAMP, 'utf8').catch(() => '');
}

function installFailed(output) {
  say(output.trim());
  if (UNREACHABLE.test(output)) {
    return new SetupError(
      'The npm registry cannot be reached.',
      'Check the network and the proxy (npm config get registry, npm config get proxy) and run the same command again.',
    );
  }
  return new SetupError('npm install failed.', 'Its words are above. Run npm install to see it by itself.');
}

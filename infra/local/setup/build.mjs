import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT, SetupError, say, timed } from './report.mjs';
import { runQuietly } from './run.mjs';

const TURBO = join(ROOT, 'node_modules', 'turbo', 'bin', 'turbo');
const VITE = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
const WEB = join(ROOT, 'services', 'console', 'web');
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** Builds what has changed. Both ways know what is up to date. */
export async function build() {
  const { code, output } = await timed('building', () => (turboRunsHere() ? withTurbo() : withTsc()));
  if (code === 0) return;
  say(output.trim());
  throw new SetupError(
    'The build failed.',
    'Its words are above. npm run types shows type errors by themselves.',
  );
}

/** Turbo is a native program in a package for each platform, and there is none for some. */
function turboRunsHere() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? '64' : process.arch;
  const { resolve } = createRequire(join(ROOT, 'package.json'));
  const names = [`@turbo/${platform}-${arch}`, `turbo-${platform}-${arch}`];
  return existsSync(TURBO) && names.some((name) => succeeds(() => resolve(`${name}/package.json`)));
}

function succeeds(work) {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function withTurbo() {
  const args = [TURBO, 'run', 'build', '--output-logs=errors-only', '--no-update-notifier'];
  return runQuietly(process.execPath, args, { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' });
}

/** The console's page is no module of ours to compile alone: vite makes its files, after everything it imports. */
async function withTsc() {
  const compiled = await runQuietly(process.execPath, [TSC, '-b']);
  if (compiled.code !== 0 || !existsSync(VITE)) return compiled;
  return runQuietly(process.execPath, [VITE, 'build', WEB, '--logLevel', 'error']);
}

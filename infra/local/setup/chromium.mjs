import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError, say, timed } from './report.mjs';
import { runQuietly } from './run.mjs';

/** As Debian, Ubuntu, Fedora, Arch and macOS have it. */
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/**
 * The browser for the tests of the console: `CHROMIUM_PATH`, or what is installed, or Debian's, installed where that is possible.
 * Playwright's own is not downloaded: what people have is what is tested.
 */
export async function chromiumForTests() {
  const there = process.env.CHROMIUM_PATH ?? installed();
  if (there !== undefined) {
    if (!isProgram(there))
      throw new SetupError(`${there} is no program.`, 'Set CHROMIUM_PATH to a Chromium.');
    return { CHROMIUM_PATH: there };
  }
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) {
    throw new SetupError(
      'There is no Chromium here, and it cannot be installed from here.',
      'Install it (Debian: sudo apt-get install chromium), or set CHROMIUM_PATH to the one you have.',
    );
  }
  await timed('installing Chromium from Debian', aptInstall);
  const made = installed();
  if (made === undefined)
    throw new SetupError('apt installed no Chromium.', 'Set CHROMIUM_PATH to one you have.');
  say(made);
  return { CHROMIUM_PATH: made };
}

async function aptInstall() {
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { code, output } = await runQuietly('apt-get', args, environment);
    if (code === 0) continue;
    say(output.trim().split('\n').slice(-5).join('\n'));
    throw new SetupError(`apt-get ${args[0]} failed.`, 'Its last words are above. Or set CHROMIUM_PATH.');
  }
}

const installed = () => names.map(onPath).find((path) => path !== undefined) ?? places.find(isProgram);

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram);

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

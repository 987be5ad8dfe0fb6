import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { JournalError, Pin, parsePin } from '@marketops/verifier';

/** The log's name as a file name: what is no letter, digit, dot or hyphen becomes `_`. */
export const pinPath = (pinsDir: string, logOrigin: string): string =>
  join(pinsDir, `${logOrigin.replace(/[^A-Za-z0-9.-]/g, '_').replace(/^\.+/, '_')}.json`);

/**
 * @returns undefined where none was ever written
 * @throws JournalError `pin_invalid` for a file that is no pin of this log: a damaged memory is not an empty one
 */
export async function readPin(pinsDir: string, logOrigin: string): Promise<Pin | undefined> {
  const path = pinPath(pinsDir, logOrigin);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new JournalError('pin_invalid', `The pin ${path} cannot be read.`, { cause });
  }
  return parsePin(text, logOrigin, path);
}

/** Replaces the pin by rename, so that a crash leaves the old one or the new one. */
export async function writePin(pinsDir: string, pin: Pin): Promise<void> {
  const path = pinPath(pinsDir, pin.log_origin);
  const draft = `${path}.${process.pid}.${Date.now()}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(Pin.parse(pin))}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

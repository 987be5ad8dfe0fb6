import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, rm } from 'node:fs/promises';
import { CliError, reasonOf } from '../errors.js';

/**
 * Where nothing is yet: a proof is not written over. It is there whole or not at all, whatever becomes of this process or the disk,
 * so that the next one who asks does not find half of it in the way.
 * @throws CliError `report_exists`, `usage_invalid`
 */
export async function writeNew(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.draft`;
  try {
    const handle = await open(draft, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, path).catch(async (fault: NodeJS.ErrnoException) => {
      if (fault.code === 'EEXIST') throw fault;
      // A disk that knows no links.
      await copyFile(draft, path, constants.COPYFILE_EXCL);
    });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new CliError(
      isThere ? 'report_exists' : 'usage_invalid',
      isThere ? `${path} is there already` : `${path} cannot be written: ${reasonOf(cause)}`,
      { next: 'Name another file with --output.', cause },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

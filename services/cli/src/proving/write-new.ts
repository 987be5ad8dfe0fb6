import { open } from 'node:fs/promises';
import { CliError, reasonOf } from '../errors.js';

/** Where nothing is yet: a proof is not written over. @throws CliError `report_exists`, `usage_invalid` */
export async function writeNew(path: string, text: string): Promise<void> {
  try {
    const handle = await open(path, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new CliError(
      isThere ? 'report_exists' : 'usage_invalid',
      isThere ? `${path} is there already` : `${path} cannot be written: ${reasonOf(cause)}`,
      { next: 'Name another file with --output.', cause },
    );
  }
}

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { reasonOf } from '@marketops/operator/words';
import { CliError } from '../errors.js';

/** A file, at most `bytesMax` of it in memory; neither a pipe nor a device, which need not end. @throws CliError `usage_invalid` */
export async function readFileBytes(path: string, bytesMax: number): Promise<Uint8Array> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new RangeError('it is no file');
      if (stat.size > bytesMax) throw new RangeError(`it has more than ${bytesMax} bytes`);
      const bytes = new Uint8Array(stat.size);
      let held = 0;
      for (let read = 1; read > 0 && held < bytes.length; held += read)
        read = (await handle.read(bytes, held, bytes.length - held, held)).bytesRead;
      return bytes.subarray(0, held);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new CliError('usage_invalid', `${path} cannot be read: ${reasonOf(cause)}`, {
      next: 'Check the path, and that this user may read it.',
      cause,
    });
  }
}

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import type { CryptoPort } from '@marketops/proof';
import { nodeCrypto, verifyInPool } from '@marketops/proof/node';
import { JournalError } from './journal/errors.js';
import type { JournalFile } from './journal/file.js';
import type { JournalProgress, JournalReport } from './journal/report.js';
import type { VerificationOptions } from './journal/verification.js';
import { faultOf, verifyJournalFiles } from './journal/verify.js';
import type { ChainPoint } from './journal/walk.js';
import type { Seen } from './memory/memory.js';
import { listJournal } from './node/journal-files.js';
import type { TiledLog } from './tiles/source.js';

export * from './node/journal-files.js';

export interface VerifyOptions {
  /** The folder with the `.jsonl` files. */
  readonly dir: string;
  /** The pinned trust root: keys, and the name of the log. */
  readonly keyring: Keyring;
  /** What was last seen of this log; without one a cut tail cannot be told from a shorter log. */
  readonly pin?: ChainPoint | undefined;
  /** More of what was seen of it. */
  readonly seen?: Seen | undefined;
  readonly onPoint?: VerificationOptions['onPoint'];
  readonly onProgress?: ((progress: JournalProgress) => void) | undefined;
  readonly crypto?: CryptoPort | undefined;
}

/** `verifyJournalFiles` over a folder. A folder that cannot be read is a fault in the report, as everything else. */
export async function verifyJournal({
  dir,
  crypto = nodeCrypto,
  pin,
  seen,
  ...others
}: VerifyOptions): Promise<JournalReport> {
  const points = [...(seen?.points ?? []), ...(pin === undefined ? [] : [pin])];
  const options = {
    ...{ ...others, crypto, seen: { ...seen, points } },
    verifySignature: crypto === nodeCrypto ? verifyInPool : undefined,
  };
  let files: readonly JournalFile[];
  try {
    files = await listJournal(dir);
  } catch (found) {
    if (!(found instanceof JournalError)) throw found;
    const report = await verifyJournalFiles({ ...options, files: [], seen: undefined });
    return { ...report, ok: false, fault: faultOf(found) };
  }
  return verifyJournalFiles({ ...options, files });
}

/**
 * A tiled log in a folder.
 * @throws JournalError `tiles_unreadable`, when it is read
 */
export const logInFolder = (dir: string): TiledLog => ({
  async read(path, bytesMax) {
    const file = join(dir, path);
    try {
      const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const stat = await handle.stat();
        if (!stat.isFile() || stat.size > bytesMax)
          throw new RangeError(`it is no file of at most ${bytesMax} bytes`);
        const bytes = new Uint8Array(stat.size);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
        return bytes.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new JournalError('tiles_unreadable', `${file} cannot be read: ${why}.`, { cause });
    }
  },
});

import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import type { CryptoPort } from '@marketops/proof';
import { nodeCrypto, verifyInPool } from '@marketops/proof/node';
import type { NamedBytes } from './bytes.js';
import { JournalError } from './journal/errors.js';
import { type JournalFile, journalFilesAmong } from './journal/file.js';
import { parseJournalFileName } from './journal/file-name.js';
import type { JournalProgress, JournalReport } from './journal/report.js';
import type { VerificationOptions } from './journal/verification.js';
import { faultOf, verifyJournalFiles } from './journal/verify.js';
import type { ChainPoint } from './journal/walk.js';
import type { Seen } from './memory/memory.js';
import type { TiledLog } from './tiles/source.js';

/** A file on this machine. Opening it throws JournalError `journal_unreadable`, also where it is no file. */
export const fileAt = (path: string): NamedBytes => ({
  name: basename(path),
  open: async () => {
    const { handle, size } = await openRegular(path);
    return {
      size,
      read: async (target, position) => (await handle.read(target, 0, target.length, position)).bytesRead,
      close: () => handle.close(),
    };
  },
});

async function openRegular(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  try {
    // Not blocking: nobody may ever write to a pipe, and neither a pipe nor a device need end.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (stat.isFile()) return { handle, size: stat.size };
    await handle.close();
    throw new TypeError('it is no file');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new JournalError('journal_unreadable', `${path} cannot be read: ${why}.`, { cause });
  }
}

/** A journal file on this machine. */
export interface LocalJournalFile extends JournalFile {
  readonly path: string;
}

/**
 * The journal's files in the order they follow one another; other files are not the journal's and are left out.
 * @throws JournalError `journal_unreadable`
 */
export async function listJournal(dir: string): Promise<LocalJournalFile[]> {
  try {
    const names = (await readdir(dir)).filter((name) => parseJournalFileName(name) !== undefined);
    const listed = names.map(async (name) => {
      const path = join(dir, name);
      return { ...fileAt(path), path, bytes: (await stat(path)).size };
    });
    return journalFilesAmong(await Promise.all(listed));
  } catch (cause) {
    throw new JournalError('journal_unreadable', `The journal folder ${dir} cannot be read.`, { cause });
  }
}

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

import { randomBytes } from 'node:crypto';
import { accessSync, closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { access, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LedgerError } from '../errors.js';
import { type Disk, syncFolder } from '../journal/disk.js';
import { type ClaimedTerm, claimExactly, claimedTerms } from '../journal/terms.js';

/**
 * What keeps a deposed writer from changing the files that writers share. A writer's drafts stand in the folder of its
 * claim; the next writer takes that folder away before it reads anything. So nothing a deposed writer still has in mind
 * can take its place: the rename out of that folder fails, however long the writer had been stopped before it.
 */
export interface TermFence {
  readonly term: number;
  readonly drafts: string;
  /** @throws LedgerError `deposed` where a higher term has been claimed */
  check(): Promise<void>;
  /** Makes or replaces a file on the same file system, durably. @throws LedgerError `deposed`; the system's own faults */
  replace(path: string, content: string | Uint8Array, mode: number): Promise<void>;
  /** The same for who may not wait. */
  replaceNow(path: string, text: string, mode: number): void;
  /** A draft gets its name, which nobody may have. @throws LedgerError `deposed`; `EEXIST` */
  appear(draft: string, path: string): Promise<void>;
  /** A draft replaces what has its name. @throws LedgerError `deposed` */
  move(draft: string, path: string): Promise<void>;
  /** Drafts, each in a file of its own. */
  draftOf(path: string): string;
}

export function termFence({ term, drafts }: ClaimedTerm): TermFence {
  const draftOf = (path: string): string =>
    join(drafts, `${basename(path)}.${randomBytes(4).toString('hex')}`);
  const isDeposed = (): boolean => {
    try {
      accessSync(drafts);
      return false;
    } catch {
      return true;
    }
  };
  const told = (cause: unknown): unknown =>
    (cause as NodeJS.ErrnoException).code === 'ENOENT' && isDeposed()
      ? deposedHere(dirname(dirname(drafts)), cause)
      : cause;

  const move = async (draft: string, path: string): Promise<void> => {
    try {
      await rename(draft, path);
    } catch (cause) {
      throw told(cause);
    }
    await syncFolder(dirname(path));
  };

  return {
    ...{ term, drafts, draftOf, move },
    async check() {
      try {
        await access(drafts);
      } catch (cause) {
        throw told(cause);
      }
    },
    async replace(path, content, mode) {
      const draft = draftOf(path);
      try {
        const file = await open(draft, 'wx', mode);
        try {
          await file.writeFile(content);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw told(cause);
      }
      await move(draft, path);
    },
    replaceNow(path, text, mode) {
      const draft = draftOf(path);
      try {
        writeFileSync(draft, text, { mode, flag: 'wx', flush: true });
        renameSync(draft, path);
        const folder = openSync(dirname(path), 'r');
        fsyncSync(folder);
        closeSync(folder);
      } catch (cause) {
        rmSync(draft, { force: true });
        throw told(cause);
      }
    },
    async appear(draft, path) {
      try {
        await link(draft, path);
      } catch (cause) {
        throw told(cause);
      }
      await rm(draft, { force: true });
      await syncFolder(dirname(path));
    },
  };
}

const claimsName = '.terms';

/** The terms that writers have claimed for a folder elsewhere. */
export const termsOver = (folder: string): Promise<number[]> => claimedTerms(join(folder, claimsName));

/** Claims a term for a folder elsewhere that this writer replaces files in, such as the public log's. */
export async function fenceOver(folder: string, term: number): Promise<TermFence> {
  const claims = join(folder, claimsName);
  const claimed = await claimExactly(claims, term);
  if (claimed === undefined) throw deposedHere(claims, undefined);
  return termFence(claimed);
}

/** New files of the journal: made as drafts, and given their name when their header is whole on the disk. */
export function fencedDisk(disk: Disk, fence: TermFence): Disk {
  return {
    async create(path) {
      const draft = join(fence.drafts, basename(path));
      let file = await disk.create(draft).catch(async (cause: unknown) => {
        // Deposed, there is no folder to make it in: that is no fault of the disk.
        await fence.check();
        throw cause;
      });
      return {
        append: (bytes) => file.append(bytes),
        sync: () => file.sync(),
        close: () => file.close(),
        async appear() {
          await fence.appear(draft, path);
          // Through the draft's name the journal's folder would not be told of what is written: whoever watches it saw nothing.
          const named = await disk.reopen?.(path);
          if (named === undefined) return;
          await file.close();
          file = named;
        },
      };
    },
  };
}

const deposedHere = (claims: string, cause: unknown): LedgerError =>
  new LedgerError('deposed', `A ledger of a higher term has begun (seen in ${claims}).`, { cause });

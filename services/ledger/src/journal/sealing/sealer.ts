import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  JournalError,
  type JournalFileId,
  journalFileName,
  parseJournalFileName,
  sealedEnding,
} from '@marketops/verifier';
import { syncFolder } from '../disk.js';
import { isSealOf, sealableBytesMax, sealFile } from './seal-file.js';

export interface SealerOptions {
  /** The journal's folder. */
  readonly dir: string;
  /** The file that is written now: only files before it are finished. */
  readonly current: () => JournalFileId;
  /** For how long both forms stay: whoever listed the folder before the sealed one was there finds the plain one. */
  readonly bothMs: number;
  readonly nowMs: () => number;
  /** Called for each file that was sealed. */
  readonly onSealed: (sealed: {
    readonly name: string;
    readonly rawBytes: number;
    readonly packedBytes: number;
    readonly elapsedMs: number;
  }) => void;
  /** Told where a file cannot be sealed. It stays as it is; nothing is lost. */
  readonly onFault: (name: string, fault: unknown) => void;
}

export interface Sealer {
  /** One file at most is sealed, or one plain form removed; false where there is nothing to do now. */
  step(signal: AbortSignal): Promise<boolean>;
}

/**
 * Seals the journal's finished files. What is to be done is read from the folder alone, so whoever is killed anywhere goes on:
 *
 *     plain ──write aside, fsync, read back, rename──▶ plain and sealed ──compare again, a moment later──▶ sealed
 *                                                            └── not the same ──▶ the sealed one is made anew
 *
 * At every moment one of the two forms is there, whole. The plain one counts while it is there.
 *
 * Another ledger may have taken over and be at the same file: each makes its own file aside, both put the same in place.
 */
export function createSealer(options: SealerOptions): Sealer {
  const { dir, current, onSealed, onFault, nowMs } = options;
  /** Name → when it was found that it cannot be sealed. */
  const failed = new Map<string, number>();
  const aside = (name: string): string => join(dir, `${name}${sealedEnding}.${asideWord(current().term)}`);

  const seal = async (name: string, signal: AbortSignal): Promise<void> => {
    const startedMs = performance.now();
    const path = join(dir, name);
    const sizes = await sealFile({
      path,
      sealedPath: `${path}${sealedEnding}`,
      asidePath: aside(name),
      signal,
    });
    onSealed({ name, ...sizes, elapsedMs: Math.round(performance.now() - startedMs) });
  };
  const finish = async (name: string, signal: AbortSignal): Promise<void> => {
    const path = join(dir, name);
    if (await isSealOf(`${path}${sealedEnding}`, path, signal).catch(asDamaged)) {
      await rm(path, { force: true });
      await syncFolder(dir);
      return;
    }
    await seal(name, signal);
  };

  return {
    async step(signal) {
      const names = new Set(await readdir(dir));
      await removeStale(dir, names, current().term);
      for (const name of [...names].filter((one) => isFinished(one, current())).sort()) {
        if ((failed.get(name) ?? 0) > nowMs() - retryMs) continue;
        try {
          const isBoth = names.has(`${name}${sealedEnding}`);
          if (
            isBoth
              ? await isFresh(join(dir, `${name}${sealedEnding}`), options)
              : await isTooLong(join(dir, name))
          )
            continue;
          await (isBoth ? finish : seal)(name, signal);
          return true;
        } catch (fault) {
          if (signal.aborted) return false;
          failed.set(name, nowMs());
          onFault(name, fault);
        }
      }
      return false;
    },
  };
}

/** After a fault the others have their turn; a full disk is tried again. */
const retryMs = 60_000;

const isFinished = (name: string, current: JournalFileId): boolean =>
  parseJournalFileName(name) !== undefined && name < journalFileName(current);

const asideWord = (term: number): string => `${term}-${process.pid}.sealing`;
const asideName = /\.jsonl\.gz\.(\d+)-(\d+)\.sealing$/;

/** Left by writers that died; those of a later term may still be at work, and one of this term and process is. */
async function removeStale(dir: string, names: Iterable<string>, term: number): Promise<void> {
  for (const name of names) {
    const [, of, pid] = asideName.exec(name) ?? [];
    if (of === undefined || Number(of) > term || (Number(of) === term && Number(pid) === process.pid))
      continue;
    await rm(join(dir, name), { force: true });
  }
}

/** A clock that was set back makes everything seem to come: what lies further ahead is not waited for. */
async function isFresh(path: string, { bothMs, nowMs }: SealerOptions): Promise<boolean> {
  const age = nowMs() - (await stat(path)).ctimeMs;
  return Math.abs(age) < bothMs;
}

const isTooLong = async (path: string): Promise<boolean> => (await stat(path)).size > sealableBytesMax;

const asDamaged = (fault: unknown): boolean => {
  if (fault instanceof JournalError && fault.code === 'segment_damaged') return false;
  throw fault;
};

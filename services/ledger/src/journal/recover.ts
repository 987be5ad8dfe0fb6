import { constants } from 'node:fs';
import { copyFile, type FileHandle, mkdir, open, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerPaths } from '@marketops/journal';
import { type CryptoPort, createSignatureCache, type OpenKeyring } from '@marketops/proof';
import {
  type ChainPoint,
  genesis,
  JournalError,
  JournalWalk,
  type LineRange,
  type OpenedFile,
  openFile,
  readLines,
} from '@marketops/verifier';
import { type LocalJournalFile, listJournal } from '@marketops/verifier/node';
import { LedgerError } from '../errors.js';
import type { TermFence } from '../writers/fence.js';
import { syncFolder } from './disk.js';
import { commitsBeyond } from './later-commit.js';

export interface RecoverOptions {
  readonly paths: LedgerPaths;
  readonly fence: Pick<TermFence, 'draftOf' | 'move'>;
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly logOrigin: string;
  /** How far the index says the journal goes: it was written after the disk said yes. */
  readonly indexed: ChainPoint | undefined;
  readonly now: () => Date;
}

/** What was cut off, and where it is kept. */
interface CutTail {
  readonly file: string;
  readonly bytes: number;
  readonly keptAs: string;
}

export interface Recovered {
  /** False where no file with a header exists: this folder never held a journal. */
  readonly exists: boolean;
  readonly head: ChainPoint;
  readonly lastTerm: number;
  /** The latest time that the newest file says, and with it the journal; empty where there is none. */
  readonly clock: string;
  readonly cuts: readonly CutTail[];
}

/**
 * Reads the newest file whole, verifies it, and makes its end the end of the last batch that is complete:
 *
 *     whole ───────────────────────────────────────────────▶ go on
 *     a file without a header ─▶ aside ─▶ the file before it is the newest
 *     something after the last good commit, and no commit of the ledger beyond it ─▶ torn: copied aside, cut off
 *     something wrong before a commit of the ledger ─▶ damaged: nothing is touched, no start
 *     the newest is sealed, and does not end with a batch ─▶ damaged: nothing torn is ever sealed but what others continue
 *     shorter than what the index has seen durable, or another history ─▶ damaged, as above
 *
 * A key of an actor that has been revoked since does not make a batch wrong: whoever verifies is told (`key_revoked`), and the
 * ledger starts. Only a batch that was never acknowledged can be torn: an acknowledgement follows fdatasync.
 * @throws LedgerError `journal_damaged`, `disk_failed` when a torn tail cannot be put aside and cut off
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { paths, crypto, keyring, logOrigin, indexed } = options;
  const files = await listJournal(paths.journal);
  const cuts: CutTail[] = [];
  let opened: OpenedFile<LocalJournalFile> | undefined;
  const headless: LocalJournalFile[] = [];
  for (let file = files.pop(); file !== undefined; file = files.pop()) {
    opened = await openFile(crypto, file, { keyring, logOrigin }).catch(damaged);
    if (opened !== undefined) break;
    headless.push(file);
  }
  const found = opened === undefined ? undefined : await walkNewest(options, opened);
  const head = found?.head ?? genesis;
  if (indexed !== undefined && (indexed.sequence > head.sequence || isOther(indexed, head))) {
    throw new LedgerError(
      'journal_damaged',
      `The journal ends at entry ${head.sequence}; the index has seen entry ${indexed.sequence} durable.`,
    );
  }
  if (opened?.file.sealed === true && found !== undefined && found.end.offset < opened.file.bytes) {
    const message = `${opened.file.name} is sealed, the newest file there is, and goes on after entry ${head.sequence} with what does not count: the file after it is gone.`;
    throw new LedgerError('journal_damaged', message);
  }
  for (const file of headless) cuts.push(await putAside(options, file));
  if (opened !== undefined && found !== undefined && found.end.offset < opened.file.bytes)
    cuts.push(await cutTail(options, opened.file, found.end));
  return {
    exists: opened !== undefined,
    head,
    lastTerm: opened?.file.term ?? 0,
    clock: found?.clock ?? '',
    cuts,
  };
}

const isOther = (a: ChainPoint, b: ChainPoint): boolean => a.sequence === b.sequence && a.hash !== b.hash;

const damaged = (fault: unknown): never => {
  if (!(fault instanceof JournalError)) throw fault;
  throw new LedgerError('journal_damaged', `The journal is damaged: ${fault.message}`, { cause: fault });
};

async function walkNewest(
  { crypto, keyring }: RecoverOptions,
  { file, header, end }: OpenedFile<LocalJournalFile>,
): Promise<{ head: ChainPoint; end: LineRange; clock: string }> {
  let clock = header.created_at;
  const walk = new JournalWalk({
    crypto,
    keyring,
    cache: createSignatureCache(),
    file,
    from: { sequence: header.prev_last_sequence, hash: header.prev_last_hash },
    at: end,
    streams: new Map(),
    streamsComplete: false,
    onCommit: ({ commit }) => {
      if (commit.committed_at > clock) clock = commit.committed_at;
    },
  });
  try {
    await readLines(file, end, (line) => walk.take(line));
  } catch (fault) {
    if (!(fault instanceof JournalError)) throw fault;
    // What cannot be read is not torn.
    if (fault.code === 'journal_unreadable' || fault.code === 'segment_damaged' || file.sealed)
      damaged(fault);
    if (await commitsBeyond(crypto, keyring, file, walk)) damaged(fault);
  }
  return { head: walk.committed, end: walk.committedEnd, clock };
}

/** Cut off only when the copy is whole: until then the journal is as it was, and the next start does it all again. */
async function cutTail(
  { paths, fence, now }: RecoverOptions,
  file: LocalJournalFile,
  end: LineRange,
): Promise<CutTail> {
  try {
    const keptAs = await asideName(paths, `${file.name}.from-${end.offset}`, now());
    await keepTail(file.path, end.offset, keptAs);
    await putCut(fence, file.path, end.offset);
    return { file: file.name, bytes: file.bytes - end.offset, keptAs };
  } catch (cause) {
    if (cause instanceof LedgerError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The torn tail of ${file.name} could not be put aside: ${reason}.`;
    throw new LedgerError('disk_failed', message, { cause });
  }
}

/**
 * A file without its tail takes its place. Not cut where it stands: a recovery that was stopped right before that, and deposed
 * meanwhile, would cut off what its successor has counted.
 */
async function putCut(fence: RecoverOptions['fence'], path: string, bytes: number): Promise<void> {
  const draft = fence.draftOf(path);
  try {
    await copyFile(path, draft, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await truncate(draft, bytes);
    const cut = await open(draft, 'r+');
    await cut.sync().finally(() => cut.close());
  } catch (fault) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw fault;
  }
  await fence.move(draft, path);
}

/** All of it or nothing: half a copy would take the space that is short, at every start a little more. */
async function keepTail(path: string, from: number, keptAs: string): Promise<void> {
  const source = await open(path, 'r');
  try {
    const kept = await open(keptAs, 'wx', 0o640);
    try {
      await copyFrom(source, from, kept);
      await kept.sync();
    } catch (fault) {
      await rm(keptAs, { force: true }).catch(() => undefined);
      throw fault;
    } finally {
      await kept.close();
    }
  } finally {
    await source.close();
  }
}

async function copyFrom(source: FileHandle, from: number, kept: FileHandle): Promise<void> {
  const chunk = Buffer.alloc(1_048_576);
  for (let at = from; ; ) {
    const { bytesRead } = await source.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    // A full disk may take a part and say so only by the count.
    for (let done = 0; done < bytesRead; ) {
      done += (await kept.write(chunk, done, bytesRead - done)).bytesWritten;
    }
    at += bytesRead;
  }
}

async function putAside({ paths, now }: RecoverOptions, file: LocalJournalFile): Promise<CutTail> {
  const keptAs = await asideName(paths, file.name, now());
  await rename(file.path, keptAs);
  await syncFolder(paths.journal);
  return { file: file.name, bytes: file.bytes, keptAs };
}

async function asideName(paths: LedgerPaths, name: string, now: Date): Promise<string> {
  await mkdir(paths.torn, { recursive: true, mode: 0o750 });
  return join(paths.torn, `${name}.${now.toISOString().replace(/[:.]/g, '-')}.${process.pid}`);
}

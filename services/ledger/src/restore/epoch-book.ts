import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '@marketops/engine';
import { partitionCount } from '@marketops/store';
import { LedgerError } from '../errors.js';

/** Up to where the outboxes may hold what was said before an epoch was opened everywhere. */
interface Fence {
  readonly epoch: number;
  /** Per partition the last outbox id at that moment. */
  readonly outbox: readonly string[];
}

/**
 * What the ledger remembers of epochs beside the journal, because it must be known before the journal can say it: which number
 * is in use, and what each outbox ended with when it was opened.
 */
export interface EpochBook {
  /** The highest epoch that was ever begun here; 0 where none is known. */
  highest(): number;
  /** Durable when it returns: no later repair uses the number again, whatever becomes of this one. @throws DiskError */
  begin(epoch: number): void;
  isFenced(epoch: number): boolean;
  /** To be called when every partition is in the epoch, so that none takes an append of an older one. @throws DiskError */
  fence(epoch: number, outbox: readonly string[]): void;
  /**
   * Whether a statement of this epoch came into the outbox after a later epoch had been opened. The append script refuses
   * that, so whoever wrote it went past the script.
   */
  isLate(partition: number, outboxId: string, epoch: number): boolean;
}

const fencesMax = 16;
const fileName = 'epochs.json';
const outboxId = /^\d{1,16}-\d{1,16}$/;

/**
 * @param root the ledger's folder
 * @param replace puts the file into place; a writer's fence, so that one that was deposed cannot
 * @throws LedgerError `journal_damaged` where the file is not what was written
 */
export function openEpochBook(root: string, replace: typeof replaceFile = replaceFile): EpochBook {
  const path = join(root, fileName);
  let { highest, fences } = readBook(path);
  const write = (): void => {
    replace(path, `${JSON.stringify({ version: 1, highest, fences })}\n`, 0o640);
  };
  return {
    highest: () => highest,
    begin(epoch) {
      if (epoch <= highest) return;
      highest = epoch;
      write();
    },
    isFenced: (epoch) => fences.some((fence) => fence.epoch >= epoch),
    fence(epoch, outbox) {
      highest = Math.max(highest, epoch);
      fences = [...fences, { epoch, outbox }].slice(-fencesMax);
      write();
    },
    isLate: (partition, id, epoch) =>
      fences.some((fence) => epoch < fence.epoch && isAfter(id, fence.outbox[partition] ?? '0-0')),
  };
}

function readBook(path: string): { readonly highest: number; readonly fences: readonly Fence[] } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (fault) {
    // A ledger of before this file, or a folder of which only the journal was put back.
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return { highest: 0, fences: [] };
    throw damaged(path, fault);
  }
  try {
    const { version, highest, fences } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (version === 1 && isEpoch(highest) && Array.isArray(fences) && fences.every(isFence))
      return { highest, fences };
  } catch (fault) {
    throw damaged(path, fault);
  }
  throw damaged(path);
}

const damaged = (path: string, cause?: unknown): LedgerError =>
  new LedgerError('journal_damaged', `${path} is not what this ledger has written.`, { cause });

const isEpoch = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

function isFence(value: unknown): value is Fence {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, outbox } = value as Readonly<Record<string, unknown>>;
  return (
    isEpoch(epoch) &&
    Array.isArray(outbox) &&
    outbox.length === partitionCount &&
    outbox.every((id) => typeof id === 'string' && outboxId.test(id))
  );
}

/** Ids are `<milliseconds>-<count>`. */
function isAfter(id: string, bound: string): boolean {
  const [ms = 0, count = 0] = id.split('-').map(Number);
  const [boundMs = 0, boundCount = 0] = bound.split('-').map(Number);
  return ms !== boundMs ? ms > boundMs : count > boundCount;
}

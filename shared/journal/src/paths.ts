import { join } from 'node:path';

/** Where the ledger's files lie below the data folder. */
export interface LedgerPaths {
  /** `<dataDir>/ledger`: what `openLedgerIndex` takes. */
  readonly root: string;
  /** The files that are the ledger. Everything else here is derived from them or guards them. */
  readonly journal: string;
  /** Derived: it may be removed while the ledger stands still. */
  readonly index: string;
  /** What recovery cut off: kept for whoever wants to know what it was. */
  readonly torn: string;
  /** One empty file per term ever claimed: two writers cannot claim one term. */
  readonly terms: string;
  readonly lock: string;
  /** What verifiers remember of the log, outside the ledger's own folder. */
  readonly pins: string;
}

export function ledgerPaths(dataDir: string): LedgerPaths {
  const root = join(dataDir, 'ledger');
  return {
    root,
    journal: join(root, 'journal'),
    index: join(root, 'index'),
    torn: join(root, 'torn'),
    terms: join(root, 'terms'),
    lock: join(root, 'lock'),
    pins: join(dataDir, 'pins'),
  };
}

/** What tells one journal file from the others. */
export interface JournalFileId {
  readonly term: number;
  readonly firstSequence: number;
}

/** `<term>-<first_sequence>.jsonl`, padded so that names sort as the files follow one another. */
export const journalFileName = ({ term, firstSequence }: JournalFileId): string =>
  `${String(term).padStart(10, '0')}-${String(firstSequence).padStart(16, '0')}.jsonl`;

export function parseJournalFileName(name: string): JournalFileId | undefined {
  const match = /^(\d{10})-(\d{16})\.jsonl$/.exec(name);
  if (match === null) return undefined;
  return { term: Number(match[1]), firstSequence: Number(match[2]) };
}

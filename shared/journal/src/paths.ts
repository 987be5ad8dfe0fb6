import { join } from 'node:path';

/** Where the ledger's files lie below the data folder. */
export interface LedgerPaths {
  /** `<dataDir>/ledger`: what `openLedgerIndex` takes. */
  readonly root: string;
  /** The files that are the ledger. Everything else here is derived from them or guards them. */
  readonly journal: string;
  /** Derived: it may be removed while the ledger stands still. Its file `current` names the folder in force. */
  readonly index: string;
  /** What recovery cut off: kept for whoever wants to know what it was. */
  readonly torn: string;
  /** One folder per term that is claimed: two writers cannot claim one term. */
  readonly terms: string;
  /** Which process writes, or wrote last. */
  readonly lock: string;
  /** The public log, where marketops.yml names no other place for it. */
  readonly tiles: string;
  /** The last checkpoint that was signed here, wherever the public log is. */
  readonly signed: string;
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
    tiles: join(root, 'tiles'),
    signed: join(root, 'signed'),
    pins: join(dataDir, 'pins'),
  };
}

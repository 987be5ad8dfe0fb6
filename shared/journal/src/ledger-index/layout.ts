import { join } from 'node:path';
import { JournalError } from '../errors.js';
import { type LmdbRoot, type LmdbTable, lmdb } from '../lmdb.js';
import type { PackedPosition } from '../position.js';
import { lmdbFileFault } from './lmdb-file.js';

/** Raised when the tables change: an index of another version is made again from the journal. */
export const indexVersion = 2;

/** How far the journal has been indexed. Written in the same transaction as what it speaks of. */
export interface IndexHead {
  readonly version: number;
  /** The last committed entry in the index, and the chain's hash there. */
  readonly sequence: number;
  readonly hash: string;
  readonly epoch: number;
  readonly term: number;
  /** The file, and the byte and line after that entry's commit. */
  readonly firstSequence: number;
  readonly offset: number;
  readonly line: number;
}

/** Where a stream ends, and the running digest of its events up to there. */
export interface StreamHead {
  readonly seq: number;
  readonly digest: string;
}

/** What a list of runs shows without reading the journal. */
export interface RunRow {
  readonly runId: string;
  readonly tenantId: string | null;
  readonly mode: string | null;
  readonly time: string;
  readonly position: PackedPosition;
}

/**
 * The index: an LMDB environment derived from the journal. Keys that end in a sequence sort as the journal does.
 * Key parts are bounded: LMDB takes keys of at most 1,978 bytes.
 */
export interface IndexTables {
  readonly root: LmdbRoot;
  readonly meta: LmdbTable<IndexHead>;
  /** stream → its last seq and running digest */
  readonly heads: LmdbTable<StreamHead>;
  /** event id → where it stands */
  readonly events: LmdbTable<PackedPosition>;
  /** [run id, first sequence] → its entries of one batch, in order */
  readonly runs: LmdbTable<readonly PackedPosition[], [string, number]>;
  /** sequence of the run's first entry → the run */
  readonly runOrder: LmdbTable<RunRow, number>;
  /** receipt id → its issuance */
  readonly receipts: LmdbTable<PackedPosition>;
  /** [`claimKey`, sequence] → the refusal that quotes the id */
  readonly claims: LmdbTable<PackedPosition, [string, number]>;
  /** [stream, evidence digest] → the quarantine */
  readonly quarantines: LmdbTable<PackedPosition, [string, string]>;
}

export const headKey = 'head';
/** A claimed id is whatever a refused job said: a run's claims and a receipt's must not meet under one key. */
export const claimKey = (kind: 'run' | 'receipt', claimed: string): string => `${kind}:${claimed}`;
/** Address space, not disk: the file grows as it is filled. */
const mapBytes = 64 * 1_024 ** 3;

/**
 * @param root the ledger's folder; the index is its `index` folder
 * @throws JournalError `index_missing` when read-only and there is none, `index_invalid`
 */
export function openTables(root: string, options: { readonly readOnly: boolean }): IndexTables {
  const path = join(root, 'index');
  const fault = lmdbFileFault(join(path, 'data.mdb'));
  if (fault !== undefined)
    throw new JournalError('index_invalid', `The index ${path} cannot be opened: ${fault}.`);
  try {
    const env = lmdb.open({
      path,
      noSubdir: false,
      readOnly: options.readOnly,
      maxDbs: 16,
      mapSize: mapBytes,
    });
    const table = <Value, Key extends string | number | (string | number)[] = string>(name: string) =>
      env.openDB<Value, Key>({ name, encoding: 'msgpack' });
    return {
      root: env,
      meta: table('meta'),
      heads: table('heads'),
      events: table('events'),
      runs: table('runs'),
      runOrder: table('run-order'),
      receipts: table('receipts'),
      claims: table('claims'),
      quarantines: table('quarantines'),
    };
  } catch (cause) {
    throw new JournalError('index_invalid', `The index ${path} cannot be opened.`, { cause });
  }
}

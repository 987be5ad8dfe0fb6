import { join } from 'node:path';
import { IndexError } from '../errors.js';
import { type LmdbRoot, type LmdbTable, lmdb } from '../lmdb.js';
import type { IdTable } from './ids.js';
import { lmdbFileFault } from './lmdb-file.js';
import type { PackedPlaces } from './places.js';

/** Raised when the tables change: an index of another version is made again from the journal. */
export const indexVersion = 3;

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

/** A run that has left Redis. Not in the journal, for it says nothing of what happened; without it, it is found out again. */
export interface RetiredRow {
  /** As it stands, or stood, in Redis. */
  readonly tombstone: string;
  /** Epoch milliseconds. */
  readonly retiredAtMs: number;
}

/** What a list of runs shows without reading the journal. */
export interface RunRow {
  /** Of the run's first entry. */
  readonly sequence: number;
  readonly runId: string;
  readonly tenantId: string | null;
  readonly mode: string | null;
  readonly time: string;
}

/**
 * The index: an LMDB environment derived from the journal. Keys that end in a sequence sort as the journal does, and
 * everything but `places` names an entry by its sequence alone. A row costs about the same whatever stands in it, so
 * rows hold what one batch brought wherever a reader can still find it. A page costs more than a row, and run ids are
 * random: so runs are numbered in the order they begin, and what a batch adds to young runs stands on few pages. Key
 * parts are bounded: LMDB takes keys of at most 1,978 bytes.
 */
export interface IndexTables {
  readonly root: LmdbRoot;
  readonly meta: LmdbTable<IndexHead>;
  /** run id → the number its rows stand under in `heads` and `runs` */
  readonly numbers: LmdbTable<number>;
  /** [number of the run, stream] → the stream's last seq and running digest */
  readonly heads: LmdbTable<StreamHead, [number, string]>;
  /** sequence of the first entry of some segments → where all their entries stand */
  readonly places: LmdbTable<PackedPlaces, number>;
  /** event ids → their entries */
  readonly events: IdTable;
  /** [number of the run, first sequence] → the run's entries of one batch, in order */
  readonly runs: LmdbTable<readonly number[], [number, number]>;
  /** sequence of the first entry of the first of them → runs that began in one batch, in order */
  readonly runOrder: LmdbTable<readonly RunRow[], number>;
  /** receipt ids → their issuance */
  readonly receipts: IdTable;
  /** [`claimKey`, sequence] → the sequence of the refusal that quotes the id */
  readonly claims: LmdbTable<number, [string, number]>;
  /** [stream, evidence digest] → the sequence of the quarantine */
  readonly quarantines: LmdbTable<number, [string, string]>;
  /** number of a run that has left Redis → what is left of it; undefined where an index is read that no ledger of this version wrote */
  readonly retired: LmdbTable<RetiredRow, number> | undefined;
}

export const headKey = 'head';
/** What is longer than any id of ours is not looked up by it. */
const keyCharsMax = 200;
export const isIndexKey = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= keyCharsMax;
/** A claimed id is whatever a refused job said: a run's claims and a receipt's must not meet under one key. */
export const claimKey = (kind: 'run' | 'receipt', claimed: string): string => `${kind}:${claimed}`;
/** Address space, not disk: the file grows as it is filled. */
const mapBytes = 64 * 1_024 ** 3;

/**
 * @param path one folder of the index; see `indexFolder`
 * @throws IndexError `index_invalid`
 */
export function openTablesIn(path: string, options: { readonly readOnly: boolean }): IndexTables {
  const fault = lmdbFileFault(join(path, 'data.mdb'));
  if (fault !== undefined)
    throw new IndexError('index_invalid', `The index ${path} cannot be opened: ${fault}.`);
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
      numbers: table('numbers'),
      heads: table('heads'),
      places: table('places'),
      events: table('events'),
      runs: table('runs'),
      runOrder: table('run-order'),
      receipts: table('receipts'),
      claims: table('claims'),
      quarantines: table('quarantines'),
      // LMDB answers undefined for a table that is not there and may not be made, whatever its types say.
      retired: table('retired'),
    };
  } catch (cause) {
    throw new IndexError('index_invalid', `The index ${path} cannot be opened.`, { cause });
  }
}

import type { Keyring } from '@marketops/contracts';
import { type CryptoPort, decodeNote, noteBytesMax, ProofError, verifyEntry } from '@marketops/proof';
import { JournalError } from '../journal/errors.js';
import type { JournalFault } from '../journal/report.js';
import { faultOf } from '../journal/verify.js';
import { type ChainPoint, genesis } from '../journal/walk.js';
import { seenRootOf } from '../memory/checkpoint.js';
import { GrowingRoot } from '../memory/growing-root.js';
import { Memory, type Seen, type SeenRoot } from '../memory/memory.js';
import { readBundle } from './bundle.js';
import { DerivedTiles } from './derived-tiles.js';
import { entriesPath, type TiledLog, tileWidth } from './source.js';

export interface TilesOptions {
  readonly log: TiledLog;
  readonly keyring: Keyring;
  readonly crypto: CryptoPort;
  readonly seen?: Seen | undefined;
  readonly onProgress?: ((entries: number, size: number) => void) | undefined;
}

export interface TilesReport {
  readonly ok: boolean;
  /** As the checkpoint says; 0 where none could be read. */
  readonly size: number;
  readonly root: string;
  /** Verified, up to the fault if there is one. */
  readonly entries: number;
  readonly lastHash: string;
  readonly fault?: JournalFault;
  readonly elapsedMs: number;
}

/**
 * Verifies a tiled log from its first entry (law L1): that a key of the keyring signed its checkpoint; that every entry has
 * its canonical form, follows the one before it and names its event truly; that the entries yield the signed root; that every tile
 * is what they yield. Who said what is not in the tiles: the statements stand in the journal.
 *
 * Never throws for what it finds: the first fault is in the report, with its place.
 */
export async function verifyTiles(options: TilesOptions): Promise<TilesReport> {
  const startedMs = performance.now();
  const state = { head: genesis as ChainPoint, signed: { size: 0, root: '' } };
  let fault: JournalFault | undefined;
  try {
    state.signed = await readSigned(options);
    await walk(options, state.signed, (head) => {
      state.head = head;
    });
  } catch (found) {
    if (!(found instanceof JournalError)) throw found;
    fault = faultOf(found);
  }
  return {
    ok: fault === undefined,
    ...state.signed,
    entries: state.head.sequence,
    lastHash: state.head.hash,
    ...(fault === undefined ? {} : { fault }),
    elapsedMs: Math.round(performance.now() - startedMs),
  };
}

async function readSigned({ log, crypto, keyring }: TilesOptions): Promise<SeenRoot> {
  const place = { file: 'checkpoint', line: 0, sequence: 0 };
  const bytes = await log.read('checkpoint', noteBytesMax);
  if (bytes === undefined)
    throw new JournalError('tiles_incomplete', 'checkpoint: the log has none.', { place });
  try {
    return seenRootOf(crypto, decodeNote(bytes), keyring, 'checkpoint');
  } catch (cause) {
    if (!(cause instanceof JournalError || cause instanceof ProofError)) throw cause;
    throw new JournalError('tiles_unsigned', cause.message, { place, cause });
  }
}

async function walk(
  { log, crypto, seen = {}, onProgress }: TilesOptions,
  { size, root }: SeenRoot,
  reached: (head: ChainPoint) => void,
): Promise<void> {
  const memory = new Memory(crypto, seen);
  const tiles = new DerivedTiles(crypto, log);
  const growing = new GrowingRoot(crypto);
  let head: ChainPoint = genesis;
  let path = 'checkpoint';
  for (let index = 0; index * tileWidth < size; index += 1) {
    const width = Math.min(tileWidth, size - index * tileWidth);
    path = entriesPath(index, width);
    for (const bytes of await readBundle(log, index, width)) {
      const place = { file: path, line: 0, sequence: head.sequence + 1 };
      head = { sequence: place.sequence, hash: hashOf(crypto, bytes, head, place) };
      memory.compare(head, bytes, () => place);
      growing.add(bytes);
      await tiles.add(bytes);
    }
    reached(head);
    onProgress?.(head.sequence, size);
  }
  if (size > 0 && growing.root() !== root) {
    const message = `checkpoint: its ${size} entries do not yield the root that was signed.`;
    throw new JournalError('tiles_mismatch', message, {
      place: { file: 'checkpoint', line: 0, sequence: size },
    });
  }
  await tiles.end();
  memory.checkReached(head.sequence, path);
}

function hashOf(
  crypto: CryptoPort,
  bytes: string,
  before: ChainPoint,
  place: { file: string; line: number; sequence: number },
): string {
  try {
    return verifyEntry(crypto, {
      ...{ bytes, expectedSequence: place.sequence, expectedPrevHash: before.hash },
    }).hash;
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new JournalError('entry_changed', `${place.file}, ${cause.message}`, { place, cause });
  }
}

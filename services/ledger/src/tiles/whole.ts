import { type CryptoPort, emptyTreeRoot, leafHashOfBytes, rootOf } from '@marketops/proof';
import { type TilePlace, TileWriter, TlogError, TreeEdge, TreeReader, tileWidth } from '@marketops/tlog';
import { type ChainPoint, genesis } from '@marketops/verifier';
import { ProjectionError } from './errors.js';
import type { JournalEntries } from './journal-entries.js';

/** A tree that a checkpoint names. */
interface Named {
  readonly size: number;
  readonly root: string;
}

/**
 * Looks through what a place holds below its right edge, a bundle each time, and begins again at the end. What stands there
 * is never read otherwise: somebody can remove or replace it without the ledger coming across it.
 */
export class WholenessCheck {
  #crypto: CryptoPort;
  #place: TilePlace;
  #next = 0;

  constructor(crypto: CryptoPort, place: TilePlace) {
    this.#crypto = crypto;
    this.#place = place;
  }

  /**
   * Compares the next full bundle with its tile, and that with the one above it, up to the top. Stays at one that differs.
   * @throws TlogError `tile_missing`, `tree_differs`, `tile_malformed`, `place_failed`
   */
  async step(size: number): Promise<void> {
    const bundles = Math.floor(size / tileWidth);
    if (bundles === 0) return;
    const bundle = this.#next % bundles;
    const tree = new TreeReader(this.#crypto, this.#place, size);
    await tree.bundle(bundle);
    let index = bundle;
    for (let level = 0; (index + 1) * tileWidth ** (level + 1) <= size; level += 1) {
      const above = await tree.tile(level + 1, Math.floor(index / tileWidth));
      if (rootOf(this.#crypto, await tree.tile(level, index)) !== above[index % tileWidth]) {
        const which = `Tile ${index} of level ${level} in ${this.#place.name}`;
        throw new TlogError('tree_differs', `${which} is not what the tile above it names.`);
      }
      index = Math.floor(index / tileWidth);
    }
    this.#next = bundle + 1;
  }
}

export interface RestoreOptions {
  readonly crypto: CryptoPort;
  readonly place: TilePlace;
  readonly entries: Pick<JournalEntries, 'read'>;
  /** The checkpoint whose tiles are not all there. */
  readonly published: Named;
  /** The last entry that is durable. */
  readonly target: ChainPoint;
}

/**
 * Writes the tiles of a published checkpoint again, from the journal. It reads the journal twice: nothing is written before
 * it is known to have the root that was signed.
 * @throws ProjectionError `checkpoint_ahead` where the journal is shorter, `checkpoint_forked` where it has another root;
 * TlogError `tile_conflict` where the place holds other bytes
 */
export async function restoreTiles(options: RestoreOptions): Promise<void> {
  const { crypto, place, entries, published, target } = options;
  if (target.sequence < published.size) {
    throw new ProjectionError(
      'checkpoint_ahead',
      `A checkpoint of ${published.size} entries was signed; the journal has ${target.sequence}.`,
    );
  }
  const edge = new TreeEdge(crypto);
  let last = genesis;
  await entries.read(genesis, target, async (entry) => {
    if (edge.size === published.size) return;
    edge.append(leafHashOfBytes(crypto, entry));
    if (edge.size === published.size) last = { sequence: edge.size, hash: crypto.sha256Hex(entry) };
  });
  if (edge.root() !== published.root) {
    throw new ProjectionError(
      'checkpoint_forked',
      `The journal does not have the root that was signed at ${published.size}, and tiles of it are gone from ${place.name}.`,
    );
  }
  const writer = await TileWriter.open(crypto, place, { size: 0, root: emptyTreeRoot });
  await entries.read(genesis, last, (entry) => writer.append(entry));
  await writer.flush();
}

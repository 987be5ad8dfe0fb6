import { type CryptoPort, leafHashOfBytes } from '@marketops/proof';
import { encodeBundle } from './entry-bundle.js';
import { TlogError } from './errors.js';
import { entriesPath, entryBytesMax, tilePath, tileWidth, widthIn } from './layout.js';
import type { LogObject, TilePlace } from './ports.js';
import { encodeTile } from './tile.js';
import { TreeEdge } from './tree-edge.js';
import { TreeReader } from './tree-reader.js';

/** Full tiles and bundles that are collected before they are written, in bytes. */
const pendingBytesMax = 8_388_608;

/**
 * Grows a log's tiles in a place, from what the place holds. It holds the right edge of the tree and the last bundle that
 * is not full, and nothing else of the log.
 *
 * It signs nothing: tiles are only what a checkpoint will say, and mean nothing until one does. After a fault it is thrown
 * away and a new one opened at the last checkpoint; what it has written is found there with the same bytes.
 */
export class TileWriter {
  #crypto: CryptoPort;
  #place: TilePlace;
  #edge: TreeEdge;
  /** The entries of the last bundle. */
  #bundle: Uint8Array[];
  #pending: LogObject[] = [];
  #pendingBytes = 0;
  /** Partial ones written here, until the full one of their place is. */
  #partials: { readonly path: string; readonly fullAt: number }[] = [];

  private constructor(crypto: CryptoPort, place: TilePlace, edge: TreeEdge, bundle: Uint8Array[]) {
    this.#crypto = crypto;
    this.#place = place;
    this.#edge = edge;
    this.#bundle = bundle;
  }

  /**
   * Reads the edge of the tree a checkpoint names.
   * @throws TlogError `tree_differs` where the place’s tiles do not have its root, `tile_missing`, `tile_malformed`,
   * `place_failed`
   */
  static async open(
    crypto: CryptoPort,
    place: TilePlace,
    at: { readonly size: number; readonly root: string },
  ): Promise<TileWriter> {
    const tree = new TreeReader(crypto, place, at.size);
    const levels: string[][] = [];
    for (let level = 0; tileWidth ** level <= at.size; level += 1) {
      const index = Math.floor(at.size / tileWidth ** (level + 1));
      levels.push(widthIn(at.size, level, index) === 0 ? [] : await tree.tile(level, index));
    }
    const edge = new TreeEdge(crypto, at.size, levels);
    if (edge.root() !== at.root)
      throw new TlogError('tree_differs', `The tiles in ${place.name} do not have the root at ${at.size}.`);
    const bundle = at.size % tileWidth === 0 ? [] : await tree.bundle(Math.floor(at.size / tileWidth));
    return new TileWriter(crypto, place, edge, bundle);
  }

  /** Leaves so far, written or not. */
  get size(): number {
    return this.#edge.size;
  }

  /** @throws TlogError `entry_too_large`, `tile_conflict`, `place_failed` */
  async append(entry: Uint8Array): Promise<void> {
    if (entry.length > entryBytesMax) {
      throw new TlogError(
        'entry_too_large',
        `Entry ${this.size} has ${entry.length} bytes; ${entryBytesMax} fit.`,
      );
    }
    const full = this.#edge.append(leafHashOfBytes(this.#crypto, entry));
    this.#bundle.push(entry);
    if (this.#bundle.length === tileWidth) {
      this.#add(entriesPath(this.size / tileWidth - 1), encodeBundle(this.#bundle));
      this.#bundle = [];
    }
    for (const { level, index, hashes } of full) this.#add(tilePath(level, index), encodeTile(hashes));
    if (this.#pendingBytes >= pendingBytesMax) await this.#write();
  }

  /**
   * Writes what is not written yet, with the partial tiles that a checkpoint of this size needs.
   * @returns what it may say
   */
  async flush(): Promise<{ size: number; root: string }> {
    const { size } = this;
    const [index, width] = [Math.floor(size / tileWidth), size % tileWidth];
    if (width > 0) this.#addPartial(entriesPath(index, width), encodeBundle(this.#bundle), index, 0);
    for (const tile of this.#edge.tiles()) {
      const path = tilePath(tile.level, tile.index, tile.hashes.length);
      this.#addPartial(path, encodeTile(tile.hashes), tile.index, tile.level);
    }
    await this.#write();
    return { size, root: this.#edge.root() };
  }

  /** Removes partial ones whose full one stands below a checkpoint that is published. */
  async prune(publishedSize: number): Promise<void> {
    const done = this.#partials.filter(({ fullAt }) => fullAt <= publishedSize);
    if (done.length === 0) return;
    this.#partials = this.#partials.filter(({ fullAt }) => fullAt > publishedSize);
    await this.#place.remove(done.map(({ path }) => path));
  }

  #add(path: string, bytes: Uint8Array): void {
    this.#pending.push({ path, bytes });
    this.#pendingBytes += bytes.length;
  }

  #addPartial(path: string, bytes: Uint8Array, index: number, level: number): void {
    if (this.#partials.some((partial) => partial.path === path)) return;
    this.#add(path, bytes);
    this.#partials.push({ path, fullAt: (index + 1) * tileWidth ** (level + 1) });
  }

  async #write(): Promise<void> {
    const objects = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    if (objects.length > 0) await this.#place.write(objects);
  }
}

import { invariant } from '@marketops/contracts';
import {
  type CryptoPort,
  consistencyRanges,
  emptyTreeRoot,
  foldNodes,
  inclusionRanges,
  type LeafRange,
  leafHashOfBytes,
  nodesOfRange,
  rootOf,
  type TreeNode,
} from '@marketops/proof';
import { decodeBundle } from './entry-bundle.js';
import { TlogError } from './errors.js';
import { bytesMaxOf, type LogResource, pathOf, tileWidth, widthIn } from './layout.js';
import type { TileSource } from './ports.js';
import { decodeTile } from './tile.js';

/** 8 KiB each in the place, some five times that here. */
const tilesRememberedMax = 256;

/**
 * A tree of one size, read from tiles. Nothing is verified while it is read: a proof is compared with the checkpoint's root
 * in the end, and an entry with its leaf.
 */
export class TreeReader {
  readonly size: number;
  #crypto: CryptoPort;
  #source: TileSource;
  #tiles = new Map<string, Promise<string[]>>();

  /** @param size of a checkpoint: what is not below it is not read */
  constructor(crypto: CryptoPort, source: TileSource, size: number) {
    invariant(Number.isSafeInteger(size) && size >= 0, 'A tree has a size.');
    this.#crypto = crypto;
    this.#source = source;
    this.size = size;
  }

  /** @throws TlogError `tile_missing`, `tile_malformed`, and those of the source, as all the others here */
  async root(): Promise<string> {
    return this.size === 0 ? emptyTreeRoot : this.#rangeRoot({ start: 0, end: this.size });
  }

  /** The audit path of a leaf, nearest first. */
  inclusion(index: number): Promise<string[]> {
    return this.#rangeRoots(inclusionRanges(index, this.size));
  }

  /** The proof that this tree begins with the first `size` leaves of itself. */
  consistency(size: number): Promise<string[]> {
    return this.#rangeRoots(consistencyRanges(size, this.size));
  }

  leaf(index: number): Promise<string> {
    return this.#node({ level: 0, position: index });
  }

  /** The root of the tree's first `size` leaves. */
  async rootAt(size: number): Promise<string> {
    invariant(size <= this.size, 'A tree holds its own past.');
    return size === 0 ? emptyTreeRoot : this.#rangeRoot({ start: 0, end: size });
  }

  /**
   * The entries of a bundle, each of which hashes to its leaf in the tile beside it.
   * @param index of the bundle: entry / 256
   * @throws TlogError `tree_differs`
   */
  async bundle(index: number): Promise<Uint8Array[]> {
    const width = widthIn(this.size, 0, index);
    const resource: LogResource = { kind: 'entries', index, width };
    const path = pathOf(resource);
    const { bytes, width: found } = await this.#fetch(resource);
    const entries = decodeBundle(bytes, found, path).slice(0, width);
    const leaves = await this.tile(0, index);
    for (const [at, entry] of entries.entries()) {
      if (leafHashOfBytes(this.#crypto, entry) !== leaves[at]) {
        throw new TlogError('tree_differs', `Entry ${index * tileWidth + at} in ${path} is not its leaf.`);
      }
    }
    return entries;
  }

  async entry(index: number): Promise<Uint8Array> {
    invariant(index >= 0 && index < this.size, 'An entry stands in its log.');
    const entry = (await this.bundle(Math.floor(index / tileWidth)))[index % tileWidth];
    invariant(entry !== undefined, 'A bundle holds the entries of its width.');
    return entry;
  }

  #rangeRoots(ranges: readonly LeafRange[]): Promise<string[]> {
    return Promise.all(ranges.map((range) => this.#rangeRoot(range)));
  }

  async #rangeRoot(range: LeafRange): Promise<string> {
    return foldNodes(this.#crypto, await Promise.all(nodesOfRange(range).map((node) => this.#node(node))));
  }

  /** Eight levels of the tree are one of tiles: the levels between are folded from the tile's hashes. */
  async #node({ level, position }: TreeNode): Promise<string> {
    const tileLevel = Math.floor(level / 8);
    const width = 2 ** (level % 8);
    const first = position * width;
    const hashes = await this.tile(tileLevel, Math.floor(first / tileWidth));
    const offset = first % tileWidth;
    return rootOf(this.#crypto, hashes.slice(offset, offset + width));
  }

  /** The hashes of a tile, as many as the tree has there. */
  tile(level: number, index: number): Promise<string[]> {
    const resource: LogResource = { kind: 'tile', level, index, width: widthIn(this.size, level, index) };
    const path = pathOf(resource);
    let tile = this.#tiles.get(path);
    if (tile === undefined) {
      tile = this.#fetch(resource).then(({ bytes, width }) =>
        decodeTile(bytes, width, path).slice(0, resource.width),
      );
      const [oldest] = this.#tiles.keys();
      if (this.#tiles.size >= tilesRememberedMax && oldest !== undefined) this.#tiles.delete(oldest);
      this.#tiles.set(path, tile);
      tile.catch(() => this.#tiles.delete(path));
    }
    return tile;
  }

  /** A partial one may be gone once it is full: then the full one is there. */
  async #fetch(resource: Exclude<LogResource, { kind: 'checkpoint' }>) {
    const full = { ...resource, width: tileWidth };
    for (const one of resource.width === tileWidth ? [full] : [resource, full]) {
      const bytes = await this.#source.read(pathOf(one), bytesMaxOf(one));
      if (bytes !== undefined) return { bytes, width: one.width };
    }
    throw new TlogError('tile_missing', `${pathOf(resource)} is not there.`);
  }
}

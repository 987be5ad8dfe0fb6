import { invariant } from '@marketops/contracts';
import { type CryptoPort, emptyTreeRoot, foldNodes, nodesOfRange, rootOf } from '@marketops/proof';
import { tileWidth } from './layout.js';

/** A tile of the tree with the hashes it has so far. */
export interface EdgeTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: readonly string[];
}

/**
 * The right edge of a tree: of each level the hashes of its last tile that is not full, at most 255. That is all a log
 * needs to grow, and to know its root, however large it is.
 */
export class TreeEdge {
  #crypto: CryptoPort;
  #levels: string[][];
  #size: number;

  /** @param levels as `tiles` gave them, the lowest first; of every level as many as a tree of `size` has there */
  constructor(crypto: CryptoPort, size = 0, levels: readonly (readonly string[])[] = []) {
    for (let level = 0; tileWidth ** level <= size; level += 1) {
      const width = Math.floor(size / tileWidth ** level) % tileWidth;
      invariant((levels[level]?.length ?? 0) === width, 'The edge is that of a tree of this size.');
    }
    this.#crypto = crypto;
    this.#size = size;
    this.#levels = levels.map((level) => [...level]);
  }

  get size(): number {
    return this.#size;
  }

  /** @returns the tiles that are full with it, the lowest first */
  append(leafHash: string): EdgeTile[] {
    const full: EdgeTile[] = [];
    this.#size += 1;
    let hash = leafHash;
    for (let level = 0; ; level += 1) {
      const hashes = this.#levels[level] ?? [];
      this.#levels[level] = hashes;
      hashes.push(hash);
      if (hashes.length < tileWidth) return full;
      full.push({ level, index: this.#size / tileWidth ** (level + 1) - 1, hashes });
      hash = rootOf(this.#crypto, hashes);
      this.#levels[level] = [];
    }
  }

  /** The partial tiles of the tree as it is. */
  tiles(): EdgeTile[] {
    return this.#levels.flatMap((hashes, level) => {
      const index = Math.floor(this.#size / tileWidth ** (level + 1));
      return hashes.length === 0 ? [] : [{ level, index, hashes: [...hashes] }];
    });
  }

  root(): string {
    const nodes = this.#levels.toReversed().flatMap((hashes) =>
      nodesOfRange({ start: 0, end: hashes.length }).map(({ level, position }) => {
        const width = 2 ** level;
        return rootOf(this.#crypto, hashes.slice(position * width, (position + 1) * width));
      }),
    );
    return nodes.length === 0 ? emptyTreeRoot : foldNodes(this.#crypto, nodes);
  }
}

import { type CryptoPort, digestBytes, leafHash, nodeHash } from '@marketops/proof';
import { JournalError } from '../journal/errors.js';
import { type TiledLog, tilePath, tileWidth } from './source.js';

const hashBytes = 32;

interface Level {
  /** Tiles of this level that are full. */
  full: number;
  hashes: string[];
}

/**
 * Derives every tile of the tree from the entries, and compares it with the one that is there: a proof made from tiles is
 * only as good as they are. In memory is one unfinished tile per level.
 */
export class DerivedTiles {
  readonly #crypto: CryptoPort;
  readonly #log: TiledLog;
  readonly #levels: Level[] = [];
  #sequence = 0;

  constructor(crypto: CryptoPort, log: TiledLog) {
    this.#crypto = crypto;
    this.#log = log;
  }

  /** @throws JournalError `tiles_incomplete`, `tiles_mismatch`, `tiles_unreadable` */
  async add(entryBytes: string): Promise<void> {
    this.#sequence += 1;
    await this.#put(0, leafHash(this.#crypto, entryBytes));
  }

  /** Compares the unfinished tiles of the right edge. @throws as `add` */
  async end(): Promise<void> {
    for (const [level, { full, hashes }] of this.#levels.entries())
      if (hashes.length > 0) await this.#compare(level, full, hashes);
  }

  async #put(level: number, hash: string): Promise<void> {
    this.#levels[level] ??= { full: 0, hashes: [] };
    const at = this.#levels[level];
    at.hashes.push(hash);
    if (at.hashes.length < tileWidth) return;
    await this.#compare(level, at.full, at.hashes);
    const parent = this.#rootOf(at.hashes);
    at.hashes = [];
    at.full += 1;
    await this.#put(level + 1, parent);
  }

  /** Of as many hashes as a power of two. */
  #rootOf(hashes: readonly string[]): string {
    let row = hashes;
    while (row.length > 1) {
      const above: string[] = [];
      for (let at = 0; at < row.length; at += 2)
        above.push(nodeHash(this.#crypto, row[at] ?? '', row[at + 1] ?? ''));
      row = above;
    }
    return row[0] ?? '';
  }

  async #compare(level: number, index: number, hashes: readonly string[]): Promise<void> {
    const [partial, whole] = [tilePath(level, index, hashes.length), tilePath(level, index, tileWidth)];
    for (const path of new Set([partial, whole])) {
      const bytes = await this.#log.read(path, tileWidth * hashBytes);
      if (bytes === undefined) continue;
      const place = { file: path, line: 0, sequence: this.#sequence };
      const expected = (path === partial ? hashes.length : tileWidth) * hashBytes;
      const differs = hashes.findIndex((hash, at) => !isHash(bytes, at, hash));
      if (bytes.length === expected && differs < 0) return;
      const what = bytes.length === expected ? `its hash ${differs} is not` : 'its size is not';
      const message = `${path}: ${what} what the entries up to ${this.#sequence} yield.`;
      throw new JournalError('tiles_mismatch', message, { place });
    }
    throw new JournalError('tiles_incomplete', `${partial}: the tile is not there.`, {
      place: { file: partial, line: 0, sequence: this.#sequence },
    });
  }
}

function isHash(bytes: Uint8Array, at: number, hash: string): boolean {
  const expected = digestBytes(hash);
  return expected.every((byte, index) => bytes[at * hashBytes + index] === byte);
}

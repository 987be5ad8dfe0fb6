import { grown } from './grown.js';

const bytesAtFirst = 65_536;
const piecesAtFirst = 1_024;

/**
 * The texts that runs are found by, all in one buffer: a search is one pass over it, whatever it looks for. A run's text only
 * grows at its end; what it gets later is a piece of its own further on, under the same row.
 */
export class Texts {
  #bytes = Buffer.alloc(bytesAtFirst);
  #used = 0;
  /** Where each piece begins, ascending, and whose it is. */
  #starts = new Float64Array(piecesAtFirst);
  #rows = new Uint32Array(piecesAtFirst);
  #pieces = 0;

  /** Memory it takes. */
  get bytes(): number {
    return this.#bytes.length + this.#starts.byteLength + this.#rows.byteLength;
  }

  /** @param piece whole lines: no word stands in two pieces */
  add(row: number, piece: string): void {
    if (piece === '') return;
    const length = Buffer.byteLength(piece);
    if (this.#used + length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#used + length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    this.#starts = grown(this.#starts, this.#pieces + 1);
    this.#rows = grown(this.#rows, this.#pieces + 1);
    this.#starts[this.#pieces] = this.#used;
    this.#rows[this.#pieces] = row;
    this.#pieces += 1;
    this.#used += this.#bytes.write(piece, this.#used);
  }

  /** The rows in which every word stands. @returns a byte per row, 1 where it fits */
  rowsWith(words: readonly string[], rows: number): Uint8Array {
    const fits = new Uint8Array(rows).fill(1);
    for (const word of words) {
      const has = this.#rowsWithOne(Buffer.from(word), rows);
      for (let row = 0; row < rows; row += 1) fits[row] = (fits[row] ?? 0) & (has[row] ?? 0);
    }
    return fits;
  }

  #rowsWithOne(word: Buffer, rows: number): Uint8Array {
    const has = new Uint8Array(rows);
    const text = this.#bytes.subarray(0, this.#used);
    let piece = 0;
    for (let at = text.indexOf(word); at >= 0; ) {
      piece = this.#pieceAt(at, piece);
      const row = this.#rows[piece] ?? rows;
      if (row < rows) has[row] = 1;
      // Whatever else stands in this piece says nothing new.
      piece += 1;
      at = piece < this.#pieces ? text.indexOf(word, this.#starts[piece]) : -1;
    }
    return has;
  }

  /** The last piece that begins at or before `offset`; not before `from`. */
  #pieceAt(offset: number, from: number): number {
    let [low, high] = [from, this.#pieces - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

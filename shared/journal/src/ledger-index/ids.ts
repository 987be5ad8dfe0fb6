import type { LmdbTable } from '../lmdb.js';

/**
 * Ids that begin alike, each followed by its entry's sequence. Ids of ours begin with the millisecond they were made
 * in, so one row holds what a batch brought of one millisecond, instead of a row for every id.
 */
type PackedIds = readonly (string | number)[];

/** [how the ids begin, sequence of the first of them] → the ids */
export type IdTable = LmdbTable<PackedIds, [string, number]>;

/**
 * How many characters name the row: `rcp_` and the ten of a ULID's time; of a bare ULID four more, so that a row holds
 * one process's. A character beyond 16 bits is not cut in two.
 */
const sharedChars = (id: string): number => ((id.codePointAt(13) ?? 0) > 0xffff ? 13 : 14);

/** Gathers the ids of one batch, in the order of the ledger. */
export class IdRows {
  #rows = new Map<string, { readonly first: number; readonly ids: (string | number)[] }>();

  add(id: string, sequence: number): void {
    const cut = sharedChars(id);
    const start = id.slice(0, cut);
    const row = this.#rows.get(start);
    if (row === undefined) this.#rows.set(start, { first: sequence, ids: [id.slice(cut), sequence] });
    else row.ids.push(id.slice(cut), sequence);
  }

  putInto(table: IdTable, puts: Promise<unknown>[]): void {
    for (const [start, { first, ids }] of this.#rows) puts.push(table.put([start, first], ids));
  }
}

/** The entry an id stands for: where it was said twice the later one, undefined where it was never said. */
export function sequenceOfId(table: IdTable, id: string): number | undefined {
  const cut = sharedChars(id);
  const [start, rest] = [id.slice(0, cut), id.slice(cut)];
  const rows = table.getRange({ start: [start, Number.MAX_SAFE_INTEGER], end: [start, 0], reverse: true });
  for (const { value } of rows) {
    const at = value.lastIndexOf(rest);
    const sequence = value[at + 1];
    if (at >= 0 && typeof sequence === 'number') return sequence;
  }
  return undefined;
}

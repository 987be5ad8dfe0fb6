import { OperationKind } from '@marketops/contracts';
import { grown } from './grown.js';
import { Interned } from './interned.js';
import { type ListedRun, statusOf } from './listed-run.js';
import { listedStatuses, runFlags } from './run-row.js';
import { Texts } from './texts.js';

const rowsAtFirst = 1_024;

/** Where among its table's words a word stands. */
const numbersOf = <Word extends string>(words: readonly Word[]): ReadonlyMap<string, number> =>
  new Map(words.map((word, at) => [word, at]));
const statusNumbers = numbersOf(listedStatuses);
const flagNumbers = numbersOf(runFlags);
const kindNumbers = numbersOf(OperationKind.options);

const bitsOf = (words: Iterable<string>, numbers: ReadonlyMap<string, number>): number => {
  let bits = 0;
  for (const word of words) bits |= 1 << (numbers.get(word) ?? 31);
  return bits;
};
export const statusBits = (statuses: Iterable<string>): number => bitsOf(statuses, statusNumbers);
export const flagBits = (flags: Iterable<string>): number => bitsOf(flags, flagNumbers);
export const kindBits = (kinds: Iterable<string>): number => bitsOf(kinds, kindNumbers);

/** GitHub compares names without case. */
export const repositoryKey = (repository: string): string => repository.toLowerCase();

/**
 * What is searched, of all runs, in the order in which they began: row 0 is the oldest, and a run keeps its row. About sixty
 * bytes for each beside its text; what is only shown stands in the database.
 */
export class Columns {
  #rows = 0;
  firstSequence = new Float64Array(rowsAtFirst);
  /** Epoch milliseconds. */
  createdMs = new Float64Array(rowsAtFirst);
  tenant = new Uint32Array(rowsAtFirst);
  principal = new Uint32Array(rowsAtFirst);
  /** The first one's number; more of them stand in `moreRepositories`. */
  repository = new Uint32Array(rowsAtFirst);
  flags = new Uint16Array(rowsAtFirst);
  status = new Uint8Array(rowsAtFirst);
  kinds = new Uint8Array(rowsAtFirst);
  isProd = new Uint8Array(rowsAtFirst);
  /** UTF-16 units of the run's text that are in `texts`. */
  #textChars = new Uint16Array(rowsAtFirst);
  readonly moreRepositories = new Map<number, Uint32Array>();
  readonly tenants = new Interned();
  readonly principals = new Interned();
  /** In lower case. Number 0 is that of a run without one. */
  readonly repositories = new Interned();
  readonly texts = new Texts();

  constructor() {
    this.repositories.of('');
  }

  get rows(): number {
    return this.#rows;
  }

  /** Memory of all columns, in bytes; what is interned not counted. */
  get bytes(): number {
    const columns = [
      ...[this.firstSequence, this.createdMs, this.tenant, this.principal, this.repository],
      ...[this.flags, this.status, this.kinds, this.isProd, this.#textChars],
    ];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, this.texts.bytes);
  }

  /** The row of a run that began with this entry; undefined where none did. */
  rowOf(firstSequence: number): number | undefined {
    const row = this.rowsBefore(firstSequence);
    return row < this.#rows && this.firstSequence[row] === firstSequence ? row : undefined;
  }

  /** How many runs began before this entry. */
  rowsBefore(sequence: number): number {
    let [low, high] = [0, this.#rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.firstSequence[middle] ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes over what a run is now. A new run is newer than every other. */
  set(run: ListedRun): void {
    const row = this.rowOf(run.firstSequence) ?? this.#append(run);
    const [first = '', ...others] = [...run.repositories].map(repositoryKey);
    this.principal[row] = this.principals.of(run.principal ?? '');
    this.repository[row] = this.repositories.of(first);
    if (others.length > 0)
      this.moreRepositories.set(
        row,
        Uint32Array.from(others, (other) => this.repositories.of(other)),
      );
    this.flags[row] = flagBits(run.flags);
    this.status[row] = statusNumbers.get(statusOf(run)) ?? 0;
    this.kinds[row] = kindBits(run.kinds);
    this.texts.add(row, run.text.slice(this.#textChars[row] ?? 0));
    this.#textChars[row] = run.text.length;
  }

  #append(run: ListedRun): number {
    const row = this.#rows;
    this.#rows += 1;
    this.firstSequence = grown(this.firstSequence, this.#rows);
    this.createdMs = grown(this.createdMs, this.#rows);
    this.tenant = grown(this.tenant, this.#rows);
    this.principal = grown(this.principal, this.#rows);
    this.repository = grown(this.repository, this.#rows);
    this.flags = grown(this.flags, this.#rows);
    this.status = grown(this.status, this.#rows);
    this.kinds = grown(this.kinds, this.#rows);
    this.isProd = grown(this.isProd, this.#rows);
    this.#textChars = grown(this.#textChars, this.#rows);
    this.firstSequence[row] = run.firstSequence;
    this.createdMs[row] = Date.parse(run.createdAt);
    this.tenant[row] = this.tenants.of(run.tenantId);
    this.isProd[row] = run.mode === 'prod' ? 1 : 0;
    return row;
  }
}

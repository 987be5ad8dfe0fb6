import { type Columns, flagBits, kindBits, repositoryKey, statusBits } from './columns.js';
import { RunIndexError } from './errors.js';
import type { AllowedTenants, RunQuery } from './run-index.js';
import { wordsOf } from './words.js';

/** Rows that fit, newest first. */
export interface FoundRows {
  readonly rows: readonly number[];
  readonly next: string | null;
  readonly total: number | null;
}

const limitMax = 1_000;
const limitDefault = 50;

type Fits = (row: number) => boolean;

/**
 * One pass over the columns from the newest run on, or from behind the cursor; ends when the page is full and it is known
 * whether there is another.
 * @param ofReceipt the first entry of the run that the wanted receipt was issued for; undefined where there is none
 * @throws RunIndexError `cursor_invalid`
 */
export function searchRows(columns: Columns, query: RunQuery, ofReceipt: number | undefined): FoundRows {
  const limit = Math.max(1, Math.min(Math.trunc(query.limit ?? limitDefault) || limitDefault, limitMax));
  const from = columns.rowsBefore(query.cursor === undefined ? Infinity : parseCursor(query.cursor));
  const withTotal = query.withTotal === true;
  const fits = fitsIn(columns, query, ofReceipt);
  const rows: number[] = [];
  let [total, hasMore] = [0, false];
  for (let row = withTotal ? columns.rows - 1 : from - 1; row >= 0; row -= 1) {
    if (fits !== undefined && !fits.every((one) => one(row))) continue;
    total += 1;
    if (row >= from) continue;
    if (rows.length < limit) rows.push(row);
    else {
      hasMore = true;
      if (!withTotal) break;
    }
  }
  const last = rows.at(-1);
  return {
    rows,
    next: hasMore && last !== undefined ? cursorAt(columns.firstSequence[last] ?? 0) : null,
    total: withTotal ? total : null,
  };
}

/** The rows of these tenants. */
export function allowedRows({ tenant, tenants }: Columns, allowed: AllowedTenants): Fits {
  if (allowed === 'all') return () => true;
  const numbers = numbersIn(allowed.map((one) => tenants.known(one)));
  return (row) => numbers.has(tenant[row] ?? -1);
}

const numbersIn = (numbers: readonly (number | undefined)[]): ReadonlySet<number> =>
  new Set(numbers.filter((number) => number !== undefined));

/** What is asked of each row, the cheapest first. */
function fitsIn(columns: Columns, query: RunQuery, ofReceipt: number | undefined): readonly Fits[] {
  const { tenants, statuses, flags, mode, kind, principal, since, until, receiptId, repository } = query;
  const fits: Fits[] = [];
  if (receiptId !== undefined) {
    const row = ofReceipt === undefined ? undefined : columns.rowOf(ofReceipt);
    fits.push((one) => one === row);
  }
  if (query.allowed !== 'all') fits.push(allowedRows(columns, query.allowed));
  if (tenants !== undefined && tenants.length > 0) fits.push(allowedRows(columns, tenants));
  if (statuses !== undefined && statuses.length > 0) {
    const bits = statusBits(statuses);
    fits.push((row) => ((1 << (columns.status[row] ?? 31)) & bits) !== 0);
  }
  if (flags !== undefined && flags.length > 0) {
    const bits = flagBits(flags);
    fits.push((row) => ((columns.flags[row] ?? 0) & bits) === bits);
  }
  if (mode !== undefined) {
    const prod = mode === 'prod' ? 1 : 0;
    fits.push((row) => columns.isProd[row] === prod);
  }
  if (kind !== undefined) {
    const bit = kindBits([kind]);
    fits.push((row) => ((columns.kinds[row] ?? 0) & bit) !== 0);
  }
  if (principal !== undefined) {
    const number = columns.principals.known(principal);
    fits.push((row) => columns.principal[row] === number);
  }
  if (since !== undefined) {
    const ms = Date.parse(since);
    fits.push((row) => (columns.createdMs[row] ?? 0) >= ms);
  }
  if (until !== undefined) {
    const ms = Date.parse(until);
    fits.push((row) => (columns.createdMs[row] ?? 0) < ms);
  }
  if (repository !== undefined) fits.push(ofRepository(columns, repository));
  const words = query.text === undefined ? [] : wordsOf(query.text);
  if (words.length > 0) {
    const has = columns.texts.rowsWith(words, columns.rows);
    fits.push((row) => has[row] === 1);
  }
  return fits;
}

function ofRepository(columns: Columns, repository: string): Fits {
  const number = columns.repositories.known(repositoryKey(repository));
  // Number 0 is no repository: nobody may ask for it.
  if (number === undefined || number === 0) return () => false;
  return (row) =>
    columns.repository[row] === number || columns.moreRepositories.get(row)?.includes(number) === true;
}

/** A place in the list: the entry that the page's last run began with. A version stands first, so that another may follow. */
const cursorAt = (firstSequence: number): string => `r1.${firstSequence.toString(36)}`;

function parseCursor(cursor: string): number {
  const [, digits] = /^r1\.([0-9a-z]{1,10})$/.exec(cursor) ?? [];
  const sequence = digits === undefined ? 0 : Number.parseInt(digits, 36);
  if (sequence > 0 && Number.isSafeInteger(sequence)) return sequence;
  throw new RunIndexError('cursor_invalid', 'The cursor is none that a page of runs gave.');
}

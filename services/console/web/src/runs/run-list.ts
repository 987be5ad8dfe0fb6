import type { RunPage, RunRow } from '@marketops/client';

/*
 * The runs that are loaded, newest first, as pages come in below and news above. The order is the ledger's (`first_sequence`), which
 * never changes, so a page further down stays right whatever arrives.
 */
export interface RunList {
  readonly rows: readonly RunRow[];
  /** Of the page after the last one loaded; null at the end. */
  readonly next: string | null;
  readonly total: number | null;
  readonly complete: boolean;
}

export const firstPage = ({ runs, next, total, complete }: RunPage): RunList => ({
  rows: runs,
  next,
  total,
  complete,
});

/** The page after the last one. A run that stands in both is shown once. */
export function withNextPage(list: RunList, page: RunPage): RunList {
  const known = new Set(list.rows.map(({ run_id }) => run_id));
  const rows = [...list.rows, ...page.runs.filter(({ run_id }) => !known.has(run_id))];
  return { rows, next: page.next, total: list.total, complete: page.complete };
}

/**
 * The first page as it is now, over what was loaded before. What the new page reaches is as it says (a run that fits no more is
 * gone); what is older stays as it was loaded. Where so much is new that the two do not meet, only the page is kept: between
 * them runs would be missing.
 */
export function withFirstPage(list: RunList, page: RunPage): RunList {
  const oldest = page.runs.at(-1)?.first_sequence;
  const newest = list.rows[0]?.first_sequence;
  if (oldest === undefined || newest === undefined || page.next === null || oldest > newest)
    return firstPage(page);
  const older = list.rows.filter(({ first_sequence }) => first_sequence < oldest);
  // Nothing older is loaded: then the new page's own cursor leads on.
  const next = older.length === 0 ? page.next : list.next;
  return { rows: [...page.runs, ...older], next, total: page.total, complete: page.complete };
}

/**
 * Runs that have changed, where they are loaded; one that fits no more is gone, however far down it stands. How many there are in
 * all, and what begins to fit, is for the next first page to say.
 */
export function withChanged(
  list: RunList,
  changed: ReadonlyMap<string, RunRow>,
  fits: (run: RunRow) => boolean,
): RunList {
  if (!list.rows.some(({ run_id }) => changed.has(run_id))) return list;
  const rows = list.rows.flatMap((row) => {
    const now = changed.get(row.run_id);
    if (now === undefined || now.last_sequence < row.last_sequence) return [row];
    return fits(now) ? [now] : [];
  });
  return { ...list, rows };
}

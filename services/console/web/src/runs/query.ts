import type { operations } from '@marketops/client';
import type { Filters } from './filters.js';

type RunsQuery = NonNullable<operations['listRuns']['parameters']['query']>;
export type RunFilter = Omit<RunsQuery, 'limit' | 'cursor' | 'total'>;

/** The filters as the API calls them. */
export function runFilter(filters: Filters): RunFilter {
  const { q, status, flag, mode, kind, tenant, repository, principal, receipt, since, until } = filters;
  return {
    ...(q === undefined ? {} : { q }),
    ...(status === undefined ? {} : { status: [...status] }),
    ...(flag === undefined ? {} : { flag: [...flag] }),
    ...(mode === undefined ? {} : { mode }),
    ...(kind === undefined ? {} : { kind }),
    ...(tenant === undefined ? {} : { tenant: [tenant] }),
    ...(repository === undefined ? {} : { repository }),
    ...(principal === undefined ? {} : { principal }),
    ...(receipt === undefined ? {} : { receipt_id: receipt }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

/** Where the server writes what fits as a file. */
export function exportUrl(filters: Filters, format: 'json' | 'csv'): string {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(runFilter(filters)))
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  return `/v1/exports/runs?${query}`;
}

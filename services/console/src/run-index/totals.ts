import { type Columns, flagBits } from './columns.js';
import type { AllowedTenants, RunTotals } from './run-index.js';
import { listedStatuses, runFlags } from './run-row.js';
import { allowedRows } from './search.js';

const zeros = <Word extends string>(words: readonly Word[]): Record<Word, number> =>
  Object.fromEntries(words.map((word) => [word, 0])) as Record<Word, number>;

/** How many runs are what, of those that the caller may see: one pass over the columns. */
export function totalsOf(columns: Columns, allowed: AllowedTenants): RunTotals {
  const fits = allowedRows(columns, allowed);
  const by_status = zeros(listedStatuses);
  const by_flag = zeros(runFlags);
  const by_mode = { dry_run: 0, prod: 0 };
  const perTenant = new Float64Array(columns.tenants.size);
  const bits = runFlags.map((flag) => [flag, flagBits([flag])] as const);
  let runs = 0;
  for (let row = 0; row < columns.rows; row += 1) {
    if (!fits(row)) continue;
    runs += 1;
    const tenant = columns.tenant[row] ?? 0;
    perTenant[tenant] = (perTenant[tenant] ?? 0) + 1;
    by_mode[columns.isProd[row] === 1 ? 'prod' : 'dry_run'] += 1;
    by_status[listedStatuses[columns.status[row] ?? 0] ?? 'requested'] += 1;
    const flags = columns.flags[row] ?? 0;
    for (const [flag, bit] of flags === 0 ? [] : bits) if ((flags & bit) !== 0) by_flag[flag] += 1;
  }
  const by_tenant = Object.fromEntries(
    [...perTenant].flatMap((count, tenant) => (count === 0 ? [] : [[columns.tenants.text(tenant), count]])),
  ) as Record<string, number>;
  return { runs, by_status, by_tenant, by_mode, by_flag };
}

import type { Allowed } from '../../access/caller.js';
import type { RunQuery } from '../../run-index/run-index.js';
import type { RunFilter } from './rows.js';

/** What the API calls it, as the index does; the caller’s own tenants always apply. */
export const queryOf = (filter: RunFilter, { visible }: Allowed): RunQuery => ({
  allowed: visible,
  tenants: filter.tenant,
  repository: filter.repository,
  statuses: filter.status,
  flags: filter.flag,
  mode: filter.mode,
  kind: filter.kind,
  principal: filter.principal,
  since: filter.since,
  until: filter.until,
  receiptId: filter.receipt_id,
  text: filter.q,
});

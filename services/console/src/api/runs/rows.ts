import { Mode, OperationKind } from '@marketops/contracts';
import { listedStatuses, runFlags } from '../../run-index/run-row.js';
import { many, named, pageLimit, z } from '../define.js';
import { TenantFilter, TimeFilter } from '../shared.js';

export const ListedStatusView = z.enum(listedStatuses).openapi('ListedStatus');
export const RunFlagView = z.enum(runFlags).openapi('RunFlag');
export const ModeView = named('Mode', Mode);
export const KindView = named('OperationKind', OperationKind);

const count = z.int().min(0);

/** A run as a list shows it. Times are UTC. */
export const RunRowView = z
  .strictObject({
    run_id: z.string(),
    tenant_id: z.string(),
    principal: z.string().nullable(),
    idempotency_key: z.string().nullable(),
    mode: ModeView,
    status: ListedStatusView,
    flags: z.array(RunFlagView),
    repositories: z.array(z.string()),
    kinds: z.array(KindView),
    counts: z.strictObject({
      operations: count,
      would_ship: count,
      would_not_ship: count,
      succeeded: count,
      failed: count,
      blocked: count,
      skipped: count,
      uncertain: count,
    }),
    /** The weightiest reason's code why it did not (all) ship, or does not yet. */
    why: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
    /** Entries of the ledger: its first and its last one. */
    first_sequence: z.int(),
    last_sequence: z.int(),
  })
  .openapi('RunRow');

/** What narrows a list of runs; all that is given must fit. */
const filters = {
  /** Words that must all stand in ids, names, tags or titles. */
  q: z.string().max(200).optional(),
  tenant: many(TenantFilter),
  repository: z.string().max(140).optional(),
  status: many(ListedStatusView),
  flag: many(RunFlagView),
  mode: ModeView.optional(),
  kind: KindView.optional(),
  principal: z.string().max(63).optional(),
  /** From this time on, and before that one. */
  since: TimeFilter.optional(),
  until: TimeFilter.optional(),
  receipt_id: z.string().max(40).optional(),
};

export const RunFilter = z.strictObject(filters);
export type RunFilter = z.infer<typeof RunFilter>;

export const RunListQuery = z.strictObject({
  ...filters,
  limit: pageLimit(1_000, 50),
  cursor: z.string().max(200).optional(),
  /** `true`: also how many there are behind this page. */
  total: z.enum(['true', 'false']).default('false'),
});

export const RunPageView = z
  .strictObject({
    runs: z.array(RunRowView),
    next: z.string().nullable(),
    total: z.int().nullable(),
    /** The ledger's entry up to which this is true; a run that was asked for just now may stand behind it. */
    position: z.int(),
    /** False while the list of runs is being made again after a start. */
    complete: z.boolean(),
  })
  .openapi('RunPage');

export const RunTotalsView = z
  .strictObject({
    runs: z.int(),
    by_status: z.record(z.string(), z.int()),
    by_tenant: z.record(z.string(), z.int()),
    by_mode: z.record(z.string(), z.int()),
    by_flag: z.record(z.string(), z.int()),
  })
  .openapi('RunTotals');

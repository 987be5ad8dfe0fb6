import type { AuditRecord, GateCheck, Reason } from '@marketops/contracts';

/** What became of one presentation. A hold and a retry are thrown instead: nothing has become of it yet. */
export type Publication =
  /** It had been answered before; the planner was told again. */
  | { readonly status: 'answered' }
  | { readonly status: 'succeeded' | 'failed' | 'uncertain'; readonly audit: AuditRecord }
  | { readonly status: 'refused'; readonly check: GateCheck; readonly reason: Reason };

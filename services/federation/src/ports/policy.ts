import type { Operation, Reason } from '@marketops/contracts';

/** What is asked of a policy: one operation, whole, and who asks for it. */
export interface PolicyQuestion {
  readonly operation: Operation;
  readonly tenantId: string;
  readonly principal: string;
}

/** Yes, or no with the reasons a person can act on. There is no third answer: an error is a no (law P8). */
export type PolicyAnswer =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reasons: readonly Reason[] };

export interface Policy {
  /** SHA-256 of what is in force; it goes into every receipt and advisory. */
  readonly digest: string;
  decide(question: PolicyQuestion): PolicyAnswer;
}

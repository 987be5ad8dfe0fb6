import type { ApprovalNeed, Operation, OperationKind, Reason } from '@marketops/contracts';

/** Somebody whose approval counts now: signed, in time, for this plan and operation, and not of the one who asked. */
export interface CountedApproval {
  readonly principal: string;
  readonly groups: readonly string[];
}

/** A fact that an issuer outside vouches for, now. */
export interface CountedEvidence {
  readonly kind: string;
  readonly value: string;
}

/** What is asked of a policy: one operation, whole, who asks for it, and what speaks for it. */
export interface PolicyQuestion {
  readonly operation: Operation;
  readonly tenantId: string;
  readonly principal: string;
  /** Each person once. */
  readonly approvals: readonly CountedApproval[];
  readonly evidence: readonly CountedEvidence[];
}

/** Yes, or no with the reasons a person can act on. There is no third answer: an error is a no (law P8). */
export type PolicyAnswer =
  | {
      readonly allowed: true;
      /** The ids of the policies that said yes. */
      readonly policies: readonly string[];
    }
  | {
      readonly allowed: false;
      readonly reasons: readonly Reason[];
      /** The ids of the policies that said no; empty where none said anything. */
      readonly policies: readonly string[];
      /** Not empty where approvals by people, with `evidence` and nothing else, would turn the no into a yes. */
      readonly needs: readonly ApprovalNeed[];
      /** Facts that issuers would have to vouch for: there, with `needs` and nothing else, the no would be a yes. */
      readonly evidence?: readonly CountedEvidence[];
    };

export interface Policy {
  /** SHA-256 of what is in force; it goes into every receipt and advisory. */
  readonly digest: string;
  /**
   * Whether any policy of this kind of operation looks at what people and issuers have said: then a yes is worth something
   * only where nothing that was said is missing.
   */
  weighsStatements(kind: OperationKind): boolean;
  decide(question: PolicyQuestion): PolicyAnswer;
}

import {
  type Approval,
  type ApprovalNeed,
  type ApprovalRequest,
  coversOperation,
  type OperationState,
} from '@marketops/contracts';
import { factText, type HeardApproval, type Hearing } from '@marketops/policy/hearing';

/** Somebody's word on a plan as it stands now. */
export interface StandingWord {
  readonly approval: Approval;
  /** When it was carried to the run. */
  readonly time: string;
  readonly groups: readonly string[];
  /** The operations it is about, and those of them for which it counts. */
  readonly about: readonly string[];
  readonly countsFor: readonly string[];
  /** Why it counts for none; undefined where it counts. */
  readonly fault: string | undefined;
}

/** One word over the operations of its plan. */
export function standingWord(
  { faultFor, ...heard }: HeardApproval,
  operationIds: readonly string[],
): StandingWord {
  const about = operationIds.filter((id) => coversOperation(heard.approval.operations, id));
  const countsFor = about.filter((id) => faultFor(id) === undefined);
  const [first] = about;
  const fault = first === undefined ? 'it is about no operation of the plan' : faultFor(first);
  return { ...heard, about, countsFor, fault: countsFor.length > 0 ? undefined : fault };
}

/** What is asked of people and issuers, and how far it is. */
export interface StandingRequest {
  readonly request: ApprovalRequest;
  readonly standing: 'open' | 'expired' | 'answered';
  readonly needs: readonly (ApprovalNeed & { readonly have: number })[];
  /** Facts that were asked for, and which nobody has vouched for yet. */
  readonly missingEvidence: readonly string[];
}

/** @param states how far the run's operations have come, by id */
export function standingRequest(
  request: ApprovalRequest,
  hearing: Pick<Hearing, 'grants' | 'evidence'>,
  states: ReadonlyMap<string, OperationState>,
  nowIso: string,
): StandingRequest {
  const waiting = request.operation_ids.filter((id) => states.get(id)?.phase === 'planned');
  const standing = waiting.length === 0 ? 'answered' : request.expires_at <= nowIso ? 'expired' : 'open';
  const grants = (waiting.length === 0 ? request.operation_ids : waiting).map((id) => hearing.grants(id));
  const have = ({ group }: ApprovalNeed): number =>
    Math.min(
      ...grants.map((some) => some.filter(({ groups }) => group === null || groups.includes(group)).length),
    );
  const vouched = hearing.evidence.map(factText);
  return {
    request,
    standing,
    needs: request.needs.map((need) => ({ ...need, have: have(need) })),
    missingEvidence: (request.evidence ?? []).filter((fact) => !vouched.includes(fact)),
  };
}

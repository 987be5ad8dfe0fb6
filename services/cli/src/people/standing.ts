import {
  type Approval,
  type ApprovalNeed,
  type ApprovalRequest,
  type ApproverKey,
  type Audience,
  coversOperation,
  type OperationState,
  type RunState,
} from '@marketops/contracts';
import { isSameAudience } from '@marketops/engine';
import { type OpenKeyring, ProofError, verifyApproval } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { factText, type StandingFact } from './standing-facts.js';

/** Where and when words are looked at. */
export interface Now {
  readonly keyring: OpenKeyring;
  readonly audience: Audience;
  readonly nowIso: string;
}

/** Somebody's word on a plan as it stands now. */
export interface StandingWord {
  readonly approval: Approval;
  /** When it was carried to the run. */
  readonly time: string;
  readonly groups: readonly string[];
  /** Why it does not count; undefined where it does. */
  readonly fault: string | undefined;
}

/**
 * Every word on a plan in the order it was carried, and whether it counts. For people to read: federation weighs them anew
 * at the mint, and only that is binding.
 */
export function standingWords({ run, planDigest, requester }: Plan, now: Now): StandingWord[] {
  const words = run.approvals.map(({ data: { approval }, time }) => {
    const key = keyOf(approval, now);
    const fault = 'fault' in key ? key.fault : faultOf(approval, { planDigest, requester, ...now });
    return { approval, time, groups: 'groups' in key ? key.groups : [], fault };
  });
  return words.map((word) => ({ ...word, fault: word.fault ?? overtaken(word, words) }));
}

export interface Plan {
  readonly run: RunState;
  readonly planDigest: string;
  readonly requester: string | undefined;
}

function keyOf(approval: Approval, { keyring, nowIso }: Now): ApproverKey | { readonly fault: string } {
  try {
    return verifyApproval(nodeCrypto, approval, { keyring, at: nowIso });
  } catch (fault) {
    if (fault instanceof ProofError) return { fault: fault.message };
    throw fault;
  }
}

function faultOf(
  approval: Approval,
  now: Now & { readonly planDigest: string; readonly requester: string | undefined },
): string | undefined {
  if (approval.plan_digest !== now.planDigest) return 'it is about another plan';
  if (!isSameAudience(approval.audience, now.audience)) return 'it is for another environment';
  if (approval.verdict !== 'withdraw' && approval.approver === now.requester)
    return 'nobody approves their own plan';
  if (approval.expires_at <= now.nowIso) return `it expired at ${approval.expires_at}`;
  return undefined;
}

/** What the same person has taken back, or said otherwise since. */
function overtaken({ approval }: StandingWord, words: readonly StandingWord[]): string | undefined {
  const later = words.filter(
    ({ approval: other, fault }) =>
      other.approver === approval.approver && fault === undefined && isLater(other, approval),
  );
  if (approval.verdict === 'grant') {
    if (later.some(({ approval: { withdraws } }) => withdraws === approval.approval_id))
      return 'it was withdrawn';
  }
  const anew = later.some(
    ({ approval: other }) => other.operations === 'all' || isSameSet(other.operations, approval.operations),
  );
  return anew ? 'the same person has said something else since' : undefined;
}

const isLater = (one: Approval, other: Approval): boolean =>
  one.issued_at === other.issued_at ? one.approval_id > other.approval_id : one.issued_at > other.issued_at;

const isSameSet = (one: Approval['operations'], other: Approval['operations']): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** What is asked of people and issuers, and how far it is. */
export interface StandingRequest {
  readonly request: ApprovalRequest;
  readonly standing: 'open' | 'expired' | 'answered';
  readonly needs: readonly (ApprovalNeed & { readonly have: number })[];
  /** Facts that were asked for, and which nobody has vouched for yet. */
  readonly missingEvidence: readonly string[];
}

/** @param said what counts so far, and how far the run's operations have come, by id */
export function standingRequest(
  request: ApprovalRequest,
  said: {
    readonly words: readonly StandingWord[];
    readonly facts: readonly StandingFact[];
    readonly states: ReadonlyMap<string, OperationState>;
    readonly nowIso: string;
  },
): StandingRequest {
  const waiting = request.operation_ids.filter((id) => said.states.get(id)?.phase === 'planned');
  const standing = waiting.length === 0 ? 'answered' : request.expires_at <= said.nowIso ? 'expired' : 'open';
  const grants = said.words.filter(
    ({ approval, fault }) => approval.verdict === 'grant' && fault === undefined,
  );
  const have = ({ group }: ApprovalNeed): number => {
    const perOperation = (waiting.length === 0 ? request.operation_ids : waiting).map((id) => {
      const covering = grants.filter(
        ({ approval, groups }) =>
          coversOperation(approval.operations, id) && (group === null || groups.includes(group)),
      );
      return new Set(covering.map(({ approval }) => approval.approver)).size;
    });
    return Math.min(...perOperation);
  };
  const vouched = said.facts.flatMap(({ evidence, fault }) =>
    fault === undefined ? [factText(evidence)] : [],
  );
  return {
    request,
    standing,
    needs: request.needs.map((need) => ({ ...need, have: have(need) })),
    missingEvidence: (request.evidence ?? []).filter((fact) => !vouched.includes(fact)),
  };
}

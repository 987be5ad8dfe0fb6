import type { ApprovalNeed, EventDraft, EventOf, Reason, RunState } from '@marketops/contracts';
import { isoTime } from '@marketops/engine/deciding';
import { reason } from './reason.js';

/** What would turn a no into a yes: the word of people, and facts (`ci.result=passed`) that issuers vouch for. */
export interface Wants {
  readonly needs: readonly ApprovalNeed[];
  readonly evidence: readonly string[];
}

export const wantsNothing: Wants = { needs: [], evidence: [] };
export const isWanting = ({ needs, evidence }: Wants): boolean => needs.length + evidence.length > 0;

/** An operation that others have to be asked about. */
export interface Asking {
  readonly operationId: string;
  readonly wants: Wants;
  readonly reasons: readonly Reason[];
  /** A new ULID, in case this one heads a request. */
  readonly requestId: string;
}

const operationsPerRequest = 100;
const wantsPerRequest = 20;
/** Enough to understand the request; every operation's own reasons stand in its advisory, should it come to one. */
const reasonsPerRequest = 5;

/** The newest request that covers the operation. */
export const requestFor = (run: RunState, operationId: string): EventOf<'approval.requested'> | undefined =>
  run.approvalRequests.findLast(({ data }) => data.operation_ids.includes(operationId));

/** One request for all operations that want the same, as many as fit. */
export function requestApprovals(
  asking: readonly Asking[],
  planDigest: string,
  expiresAtMs: number,
): EventDraft[] {
  const groups = new Map<string, Asking[]>();
  for (const one of asking) {
    const key = JSON.stringify(one.wants);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  const drafts: EventDraft[] = [];
  for (const group of groups.values()) {
    for (let from = 0; from < group.length; from += operationsPerRequest) {
      const some = group.slice(from, from + operationsPerRequest);
      const [first] = some;
      if (first === undefined) continue;
      drafts.push({
        type: 'approval.requested',
        data: {
          request_id: first.requestId,
          plan_digest: planDigest,
          operation_ids: some.map(({ operationId }) => operationId),
          needs: first.wants.needs.slice(0, wantsPerRequest),
          ...(first.wants.evidence.length === 0
            ? {}
            : { evidence: first.wants.evidence.slice(0, wantsPerRequest) }),
          reasons: distinct(some.flatMap(({ reasons }) => reasons)).slice(0, reasonsPerRequest),
          expires_at: isoTime(expiresAtMs),
        },
      });
    }
  }
  return drafts;
}

/** What is missing, for a person to read. */
export const wantedReasons = ({ needs, evidence }: Wants): Reason[] => [
  ...needs.map(({ approvals, group }) =>
    reason(
      'approval_required',
      `It needs the approval of ${approvals === 1 ? 'one person' : `${approvals} people`}${group === null ? '' : ` of ${group}`}, none of whom asked for the run.`,
      'Have it approved (marketops approve).',
    ),
  ),
  ...evidence.map((fact) =>
    reason(
      'evidence_required',
      `It needs ${fact}, vouched for by a registered issuer.`,
      'Bring the issuer’s statement about this plan (marketops evidence add).',
    ),
  ),
];

const distinct = (reasons: readonly Reason[]): Reason[] => [
  ...new Map(reasons.map((one) => [`${one.code} ${one.message}`, one])).values(),
];

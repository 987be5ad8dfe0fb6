import type { ApprovalRequest, RunApprovals } from '@marketops/client';
import { plural } from '../../text/words.js';

/** One thing that is still missing, or there by now. */
interface Need {
  readonly text: string;
  readonly met: boolean;
}

export interface Waiting {
  /** The open request that ends first; undefined where none is open any more. */
  readonly open: ApprovalRequest | undefined;
  readonly needs: readonly Need[];
  /** `2 of 3` people and facts. */
  readonly met: number;
  /** When the request ends; null where none is open. */
  readonly expiresAt: string | null;
  /** Less than an hour is left. */
  readonly urgent: boolean;
  /** Operations that any open request is about. */
  readonly operationIds: readonly string[];
}

const urgentMs = 3_600_000;

/** How far a run's approval is, at a glance. Pure. */
export function waitingOf({ requests }: Pick<RunApprovals, 'requests'>, nowMs: number): Waiting {
  const open = requests
    .filter(({ standing }) => standing === 'open')
    .toSorted((a, b) => (a.expires_at < b.expires_at ? -1 : 1));
  const needs = open.flatMap(needsOf);
  const first = open[0];
  return {
    open: first,
    needs,
    met: needs.filter(({ met }) => met).length,
    expiresAt: first?.expires_at ?? null,
    urgent: first !== undefined && Date.parse(first.expires_at) - nowMs < urgentMs,
    operationIds: [...new Set(open.flatMap(({ operation_ids: ids }) => ids))],
  };
}

function needsOf({ needs, evidence, missing_evidence: missing }: ApprovalRequest): Need[] {
  return [
    ...needs.map(({ approvals, have, group }) => ({
      text: `${Math.min(have, approvals)} of ${plural(approvals, 'approval')} by ${group === null ? 'any approver' : `somebody of ${group}`}`,
      met: have >= approvals,
    })),
    ...evidence.map((fact) => ({ text: `the evidence ${fact}`, met: !missing.includes(fact) })),
  ];
}

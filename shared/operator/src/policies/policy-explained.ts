import type { Reason } from '@marketops/contracts';
import type { CountedApproval, CountedEvidence, PolicyExplanation, PolicySet } from '@marketops/policy';
import { hearingOf, type Now } from '../approvals/hearing-of.js';
import type { OperationRecord, RunRecord } from '../runs/run-record.js';

/** What federation has said of an operation last. */
interface RecordedDecision {
  readonly allowed: boolean;
  readonly time: string;
  readonly policyDigest: string;
  readonly reasons: readonly Reason[];
}

/** One operation, what the policies say of it, and what was said when it was decided. */
export interface ExplainedOperation {
  readonly id: string;
  readonly record: OperationRecord;
  /** As of when approvals and evidence were weighed: when it was decided, else now. */
  readonly at: string;
  readonly decision: RecordedDecision | undefined;
  readonly approvals: readonly CountedApproval[];
  readonly evidence: readonly CountedEvidence[];
  /** Undefined where the operation could not be made whole: then no policy was ever asked. */
  readonly explanation: PolicyExplanation | undefined;
}

/** Asks the policies again about every operation of a run. Pure. */
export function explainedOperations(
  record: RunRecord,
  policies: PolicySet,
  now: Now,
): readonly ExplainedOperation[] {
  return record.operations.map((one) => {
    const decision = decisionOf(one);
    const at = decision?.time ?? now.nowIso;
    const counted = countedAt(record, one.id, { ...now, nowIso: at });
    const { operation } = one;
    const { plan, run } = record;
    const explanation =
      operation === undefined
        ? undefined
        : policies.explain({
            operation,
            tenantId: run.tenantId,
            principal: plan?.principal ?? run.requested?.data.principal ?? '',
            ...counted,
          });
    return { id: one.id, record: one, at, decision, ...counted, explanation };
  });
}

function decisionOf({ state }: OperationRecord): RecordedDecision | undefined {
  const { issued, advised } = state;
  if (issued !== undefined) {
    const { receipt } = issued.data;
    return { allowed: true, time: issued.time, policyDigest: receipt.policy_digest, reasons: [] };
  }
  if (advised === undefined) return undefined;
  const { policy_digest: policyDigest, reasons } = advised.data.advisory;
  return { allowed: false, time: advised.time, policyDigest, reasons };
}

/** What counted then, of what had been carried by then. */
function countedAt(record: RunRecord, operationId: string, at: Now) {
  const before = ({ time }: { readonly time: string }): boolean => time <= at.nowIso;
  const { approvals, evidence } = record.run;
  const run = { ...record.run, approvals: approvals.filter(before), evidence: evidence.filter(before) };
  const hearing = hearingOf({ ...record, run }, at);
  return {
    approvals: hearing.grants(operationId).map(({ principal, groups }) => ({ principal, groups })),
    evidence: hearing.evidence.map(({ kind, value }) => ({ kind, value })),
  };
}

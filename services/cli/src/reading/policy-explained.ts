import { coversOperation, type EventOf, type Reason } from '@marketops/contracts';
import type { CountedApproval, CountedEvidence, PolicyExplanation, PolicySet } from '@marketops/policy';
import { ProofError, verifyEvidence } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type Now, standingWords } from '../people/standing.js';
import type { OperationRecord, RunRecord } from './run-record.js';

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

function countedAt(record: RunRecord, operationId: string, at: Now) {
  const { run, plan } = record;
  const planDigest = run.planned?.data.plan_digest ?? '';
  const approvals = run.approvals.filter(({ time }) => time <= at.nowIso);
  const words = standingWords(
    { run: { ...run, approvals }, planDigest, requester: plan?.principal ?? run.requested?.data.principal },
    at,
  );
  const people = new Map<string, readonly string[]>();
  for (const { approval, groups, fault } of words) {
    if (fault !== undefined || approval.verdict !== 'grant') continue;
    if (coversOperation(approval.operations, operationId)) people.set(approval.approver, groups);
  }
  return {
    approvals: [...people].map(([principal, groups]) => ({ principal, groups })),
    evidence: evidenceAt(run.evidence, planDigest, at),
  };
}

/** Of each issuer and kind the latest statement on this plan, while it lasts. */
function evidenceAt(
  recorded: readonly EventOf<'evidence.recorded'>[],
  planDigest: string,
  { keyring, audience, nowIso }: Now,
): CountedEvidence[] {
  const latest = new Map<string, EventOf<'evidence.recorded'>['data']['evidence']>();
  for (const { data, time } of recorded) {
    const { evidence } = data;
    const { issuer, kind, issued_at: issuedAt } = evidence;
    const isHere = evidence.plan_digest === planDigest && evidence.environment === audience.environment;
    if (time > nowIso || !isHere || !isGenuine(evidence)) continue;
    const before = latest.get(`${issuer} ${kind}`);
    if (before === undefined || before.issued_at <= issuedAt) latest.set(`${issuer} ${kind}`, evidence);
  }
  return [...latest.values()]
    .filter(({ expires_at: until }) => until > nowIso)
    .map(({ kind, value }) => ({ kind, value }));

  function isGenuine(evidence: EventOf<'evidence.recorded'>['data']['evidence']): boolean {
    try {
      verifyEvidence(nodeCrypto, evidence, { keyring, at: nowIso });
      return true;
    } catch (fault) {
      if (fault instanceof ProofError) return false;
      throw fault;
    }
  }
}

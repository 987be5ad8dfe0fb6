import { authorizationJob } from '@marketops/engine';
import { auditOf } from '../audit.js';
import { isIssuedHere } from '../gate/acknowledged.js';
import { epochPassed, notServedHere } from '../gate/audience.js';
import { isJobOf } from '../gate/context.js';
import type { GateVerdict } from '../gate/gate.js';
import { receiptExpired } from '../gate/unexpired.js';
import { isGenuine, passes } from './standing.js';
import type { DecisionFacts, Step } from './step.js';

/**
 * Only a genuine, live receipt in its own job can change its operation by what it is refused for. Whoever has copied one
 * into a job of theirs ends nothing with it.
 */
export function decideRefusal(verdict: GateVerdict & { verdict: 'refuse' }, facts: DecisionFacts): Step {
  const { context, answers, check, reason } = verdict;
  const { receipt, operation } = context;
  const live = passes(answers, ['unconsumed']) && isGenuine(answers) && isIssuedHere(context);
  if (!live || receipt === undefined || operation.status !== 'loaded') return refuseJob(verdict);
  // Not the operation's fault: federation says that the receipt has expired, and the planner skips the operation.
  if (reason.code === receiptExpired || reason.code === epochPassed) {
    // Delayed, so that two clocks a moment apart do not pass the receipt to and fro.
    const job = authorizationJob(receipt.run_id, `expired-${receipt.receipt_id}`, [receipt.operation_id]);
    return { ...refuseJob(verdict), jobs: [{ ...job, delayMs: facts.timing.holdMs }] };
  }
  const isOwnFault = check === 'mode' || check === 'fresh' || reason.code === notServedHere;
  if (!isOwnFault || !isJobOf(facts.jobId, receipt.receipt_id)) return refuseJob(verdict);
  const audited = {
    operation: operation.operation,
    receipt,
    startedAt: facts.now,
    completedAt: facts.now,
    retries: 0,
  };
  const status = check === 'mode' ? 'rejected_by_mode' : 'rejected_by_auth';
  const audit = auditOf(audited, status, null, { code: reason.code, message: reason.message });
  return {
    step: 'refuse_operation',
    check,
    reason,
    event: { type: 'operation.refused', data: { check, reason, audit } },
  };
}

/** Recorded on `system`; the operation is not touched. */
export const refuseJob = ({
  check,
  reason,
}: GateVerdict & { verdict: 'refuse' }): Step & { step: 'refuse_job' } => ({
  step: 'refuse_job',
  check,
  reason,
  jobs: [],
});

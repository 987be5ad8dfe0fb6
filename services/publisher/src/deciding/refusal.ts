import { authorizationJob } from '@marketops/engine/deciding';
import { auditOf } from '../audit.js';
import { isIssuedHere } from '../gate/acknowledged.js';
import { epochPassed, notServedHere } from '../gate/audience.js';
import { isJobOf } from '../gate/context.js';
import type { GateVerdict } from '../gate/gate.js';
import { receiptExpired } from '../gate/unexpired.js';
import { isGenuine, passes } from './standing.js';
import type { DecisionFacts, Step } from './step.js';

/** The code of the one refusal of check 1 that is about the operation: its own stream says so. */
const runNotProd = 'run_not_prod';

/**
 * Only a genuine, live receipt in its own job can change its operation by what it is refused for. Whoever has copied one
 * into a job of theirs ends nothing with it. Job ids can be forged too, so even under the receipt's own id a claim of the
 * job ends nothing (`mode_not_prod`): only what stream and receipt say does, and a sweep presents those anew.
 */
export function decideRefusal(verdict: GateVerdict & { verdict: 'refuse' }, facts: DecisionFacts): Step {
  const { context, answers, check, reason } = verdict;
  const { receipt, operation } = context;
  const live = passes(answers, ['unconsumed']) && isGenuine(answers) && isIssuedHere(context);
  if (!live || receipt === undefined || operation.status !== 'loaded') return refuseJob(verdict);
  // Not the operation's fault: federation says that the receipt has expired, and mints anew while the authorization lasts.
  if (reason.code === receiptExpired || reason.code === epochPassed) {
    // Each presentation is an occasion of its own: a job that lies in BullMQ's failed set swallows every later one of its
    // id, and the run would never end. A copy in somebody's job is no occasion; it shares the receipt's.
    const occasion = isJobOf(facts.jobId, receipt.receipt_id) ? facts.jobId : receipt.receipt_id;
    // Delayed, so that two clocks a moment apart do not pass the receipt to and fro.
    const job = authorizationJob(receipt.run_id, `expired-${occasion}`, [receipt.operation_id]);
    return { ...refuseJob(verdict), jobs: [{ ...job, delayMs: facts.timing.holdMs }] };
  }
  const isOwnFault = reason.code === runNotProd || check === 'fresh' || reason.code === notServedHere;
  if (!isOwnFault || !isJobOf(facts.jobId, receipt.receipt_id)) return refuseJob(verdict);
  const audited = {
    operation: operation.operation,
    receipt,
    startedAt: facts.now,
    completedAt: facts.now,
    retries: 0,
  };
  const status = reason.code === runNotProd ? 'rejected_by_mode' : 'rejected_by_auth';
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

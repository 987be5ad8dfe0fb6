import type { OperationState, Reason, Receipt } from '@marketops/contracts';
import { isIssuedHere } from '../gate/acknowledged.js';
import type { GateVerdict } from '../gate/gate.js';
import { modeNotProd } from '../gate/mode.js';
import { settleMs } from '../timing.js';
import { decideHold, waitFor } from './hold.js';
import { refuseJob } from './refusal.js';
import { isBound } from './standing.js';
import { cannotBeAsked, type DecisionFacts, type Step, unspentCodes } from './step.js';

/** A later attempt of an execution that has no outcome yet. */
export function decideResumption(
  verdict: GateVerdict,
  state: OperationState,
  receipt: Receipt,
  facts: DecisionFacts,
): Step {
  const { operation } = verdict.context;
  // A forged job under the receipt's own id changes nothing: the bytes must be those of the stream.
  if (operation.status !== 'loaded' || !isIssuedHere(verdict.context) || !isBound(verdict.answers)) {
    return verdict.verdict === 'refuse' ? refuseJob(verdict) : waitFor(notYet, facts.timing.holdMs);
  }
  // What the job claims is nobody's fault but the job's; the next sweep presents the receipt as it was issued.
  if (verdict.verdict === 'refuse' && verdict.reason.code === modeNotProd) return refuseJob(verdict);
  const waitMs = waitBeforeResuming(verdict, state, facts);
  if (waitMs > 0) return waitFor(leaseAlive, waitMs);
  if (verdict.verdict === 'hold') return decideHold(verdict, facts);
  const subject = { operation: operation.operation, receipt };
  if (facts.lookup === 'none' && !isLetGo(verdict, state)) {
    return { step: 'look_up', subject, absent: { means: 'uncertain', reason: cannotBeAsked } };
  }
  if (verdict.verdict === 'refuse') {
    return { step: 'look_up', subject, absent: { means: 'uncertain', reason: verdict.reason } };
  }
  const spent = spentBy(verdict, facts);
  return spent === undefined
    ? { step: 'resume', gated: verdict.gated }
    : { step: 'look_up', subject, absent: { means: 'failed', ...spent } };
}

/**
 * Another worker may still be at it, or a request of an attempt that is over may still take effect. A lease that was let go
 * in the open (`operation.retried`) need not run out.
 */
function waitBeforeResuming(
  verdict: GateVerdict,
  state: OperationState,
  { now, timing }: DecisionFacts,
): number {
  const nowMs = Date.parse(now);
  const retry = verdict.context.stream?.lastRetry;
  const settledAtMs = (text: string): number => Date.parse(text) + settleMs(timing);
  if (retry != null && isLetGo(verdict, state))
    return retry.data.error_code === 'effect_unsettled' ? settledAtMs(retry.time) - nowMs : 0;
  return state.lease === undefined ? 0 : settledAtMs(state.lease.until) - nowMs;
}

/** Whether the latest lease was given back by who held it, with word of how the attempt ended. */
const isLetGo = ({ context }: GateVerdict, state: OperationState): boolean =>
  (context.stream?.lastRetry?.seq ?? 0) > (state.lease?.seq ?? 0);

/** The last attempt has failed already: what remains is to find out what became of it. */
function spentBy(
  { context }: GateVerdict,
  { attempt, lastAttempt }: DecisionFacts,
): { readonly code: string; readonly message: string } | undefined {
  const retry = context.stream?.lastRetry;
  if (!lastAttempt || retry == null || retry.data.attempt < attempt) return undefined;
  const { error_code: code, error_message: message } = retry.data;
  return unspentCodes.has(code) ? undefined : { code, message };
}

const leaseAlive: Reason = {
  code: 'lease_alive',
  message: 'Another attempt of this execution may still be under way.',
  remedy: 'Nothing to do: it goes on when the lease has ended.',
};
const notYet: Reason = {
  code: 'not_yet',
  message: 'The presentation cannot be judged yet.',
  remedy: 'Nothing to do: it is looked at again by itself.',
};

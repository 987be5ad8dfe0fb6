import { type EventDraft, holdKey, type Reason } from '@marketops/contracts';
import { acknowledgementLate, isIssuedHere } from '../gate/acknowledged.js';
import type { GateVerdict } from '../gate/gate.js';
import { isGenuine } from './standing.js';
import type { DecisionFacts, Step } from './step.js';

export function decideHold(verdict: GateVerdict & { verdict: 'hold' }, facts: DecisionFacts): Step {
  const { context, answers, check, reason, delayMs } = verdict;
  const { receipt, stream } = context;
  const said = stream?.state.holds.includes(holdKey(check, reason.code)) === true;
  const speaks = receipt !== undefined && isGenuine(answers) && isIssuedHere(context);
  const event: EventDraft | null =
    said || !speaks || isUnremarkable(verdict, facts)
      ? null
      : {
          type: 'operation.held',
          data: { operation_id: receipt.operation_id, receipt_id: receipt.receipt_id, check, reason },
        };
  return { step: 'hold', reason, delayMs: delayMs ?? facts.timing.holdMs, event };
}

/** An acknowledgement that is only a moment late is nobody's news. */
function isUnremarkable(
  { context, reason }: GateVerdict & { verdict: 'hold' },
  facts: DecisionFacts,
): boolean {
  if (reason.code !== acknowledgementLate) return false;
  const issuedAtMs = Date.parse(context.stream?.state.issued?.time ?? facts.now);
  return Date.parse(facts.now) - issuedAtMs < facts.timing.acknowledgementWaitMs;
}

/** A wait that is nobody's news. */
export const waitFor = (reason: Reason, delayMs: number): Step => ({
  step: 'hold',
  reason,
  delayMs,
  event: null,
});

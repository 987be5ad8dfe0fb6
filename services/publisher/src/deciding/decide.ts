import type { Receipt } from '@marketops/contracts';
import { runJob } from '@marketops/engine/deciding';
import { isIssuedHere } from '../gate/acknowledged.js';
import { isJobOf } from '../gate/context.js';
import type { GateVerdict } from '../gate/gate.js';
import { decideHold } from './hold.js';
import { decideRefusal } from './refusal.js';
import { decideResumption } from './resumption.js';
import { isBound } from './standing.js';
import type { DecisionFacts, Step } from './step.js';

/**
 * What to do with one presentation. Pure: verdict and time in, one step out.
 *
 *     outcome stands, own receipt ──────────────────────────────▶ done (say so again)
 *     not started ─┬─ pass ─────────────────────────────────────▶ start
 *                  ├─ hold ─────────────────────────────────────▶ hold
 *                  └─ refuse ─┬─ genuine, about the operation ──▶ refuse_operation
 *                             └─ everything else ───────────────▶ refuse_job
 *     started by this job ─┬─ lease alive, or unsettled ────────▶ hold
 *                          ├─ may have acted, no look-up ───────▶ look_up (absent: uncertain)
 *                          ├─ pass, attempts left ──────────────▶ resume
 *                          ├─ pass, attempts spent ─────────────▶ look_up (absent: failed)
 *                          ├─ hold ─────────────────────────────▶ hold
 *                          └─ refuse, bytes as issued ──────────▶ look_up (absent: uncertain)
 */
export function decide(verdict: GateVerdict, facts: DecisionFacts): Step {
  const { stream, receipt, resuming } = verdict.context;
  const outcome = stream?.state.outcome;
  if (outcome !== undefined && receipt !== undefined && isAnswered(verdict, receipt, facts.jobId)) {
    return { step: 'done', jobs: [runJob(receipt.run_id)] };
  }
  if (resuming && stream !== null && receipt !== undefined) {
    return decideResumption(verdict, stream.state, receipt, facts);
  }
  if (verdict.verdict === 'pass') return { step: 'start', gated: verdict.gated };
  if (verdict.verdict === 'hold') return decideHold(verdict, facts);
  return decideRefusal(verdict, facts);
}

/** The job has been handled before: this very receipt, under its own job, led to the outcome that stands (law E2). */
function isAnswered({ context, answers }: GateVerdict, receipt: Receipt, jobId: string): boolean {
  const { started, outcome } = context.stream?.state ?? {};
  const answered =
    started?.data.receipt_id === receipt.receipt_id ||
    (outcome?.type === 'operation.refused' && outcome.data.audit.receipt_id === receipt.receipt_id);
  return answered && isJobOf(jobId, receipt.receipt_id) && isIssuedHere(context) && isBound(answers);
}

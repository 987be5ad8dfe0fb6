import { type Answer, notAsked, pass, quoted, refuse } from './answer.js';
import type { GateContext } from './context.js';

/** Check 6: the receipt was minted for the run that is claimed (laws P1, P3). */
export function checkRunBinding({ presented, receipt }: GateContext): Answer {
  if (receipt === undefined) return notAsked;
  if (receipt.run_id === presented.runId) return pass;
  return refuse(
    'run_differs',
    `The receipt is for ${receipt.run_id} and was presented for ${quoted(presented.runId ?? undefined)}.`,
    'A receipt counts in its own run only. Submit a plan for the other one.',
  );
}

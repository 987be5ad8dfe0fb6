import { type Answer, notAsked, pass, refuse } from './answer.js';
import type { GateContext } from './context.js';

/**
 * Check 4: it is enforceable (laws P1, F5). The schema of a receipt admits nothing else, so what fails here is an
 * advisory, or a receipt whose flag somebody changed.
 */
export function checkEnforceable({ presented, receipt }: GateContext): Answer {
  if (presented.document.kind === 'advisory') {
    return refuse(
      'not_enforceable',
      'What was presented is an advisory: it says why something may not ship, and authorizes nothing.',
      'Resolve the reasons the advisory gives, then submit a new plan.',
    );
  }
  if (receipt === undefined) return notAsked;
  return receipt.enforceable === true
    ? pass
    : refuse('not_enforceable', 'The receipt does not say that it is enforceable.', 'Submit a new plan.');
}

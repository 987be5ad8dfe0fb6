import { type Answer, pass, refuse } from './answer.js';
import type { GateContext } from './context.js';

/** Check 2: a receipt is there and has the shape of one (law P1). An advisory is there too; check 4 names it. */
export function checkPresence({ presented }: GateContext): Answer {
  if (presented.document.kind === 'missing') {
    return refuse(
      'receipt_missing',
      'No receipt was presented.',
      'Only federation enqueues publications, each with its receipt. Submit a plan instead.',
    );
  }
  if (presented.document.kind === 'malformed' || !presented.wellFormed) {
    return refuse(
      'receipt_malformed',
      'What was presented does not have the shape of a presentation with a receipt.',
      'Present the receipt exactly as federation issued it, and nothing beside it.',
    );
  }
  return pass;
}

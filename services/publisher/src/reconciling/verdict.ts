import type { EffectResult, EventData, OperatorAction } from '@marketops/contracts';
import type { LookUpResult } from './look-up-result.js';

type Said = Extract<OperatorAction, { kind: 'reconcile' }>['found'];
type Reconciled = EventData<'operation.reconciled'>;

/** What an order comes to: a word for the record, or why there is none. */
export type Verdict =
  | {
      readonly found: Reconciled['found'];
      readonly by: Reconciled['by'];
      readonly result: EffectResult | null;
      readonly note: { readonly code: string; readonly message: string } | null;
    }
  | { readonly refused: string; readonly next: string };

/**
 * Weighs what the operator said against what was found. Pure.
 *
 *     look-up     look      effect    absent        (what the operator says)
 *     effect      effect    effect    refused
 *     absent      absent    refused   absent
 *     conflict    refused   effect *  absent *
 *     unasked     refused   effect *  absent *
 *
 * A look-up that could tell always decides. Where it could not (*), the operator's word stands, with what the look-up came to beside it.
 */
export function weigh(said: Said, lookUp: LookUpResult): Verdict {
  if (lookUp.found === 'effect') {
    if (said !== 'absent') return { found: 'effect', by: 'look_up', result: lookUp.result, note: null };
    return {
      refused: `The look-up found the effect, as it was authorized: ${lookUp.result.url}`,
      next: 'Order it without --found: the look-up then says that it is there.',
    };
  }
  if (lookUp.found === 'absent') {
    const shown = lookUp.shown === undefined ? 'nothing' : `only this: ${lookUp.shown}`;
    const message = `The look-up found ${shown}`;
    if (said !== 'effect')
      return { found: 'absent', by: 'look_up', result: null, note: { code: 'effect_absent', message } };
    return { refused: message, next: 'Order it without --found, then redrive it: marketops redrive.' };
  }
  const { code, message } = lookUp.fault;
  if (said === 'look') {
    const what = lookUp.found === 'conflict' ? 'found a contradiction' : 'could not be made';
    return {
      refused: `The look-up ${what}: ${message}`,
      next: 'Look yourself, then say what is so: --found effect, or --found absent.',
    };
  }
  return { found: said, by: 'operator', result: null, note: { code, message } };
}

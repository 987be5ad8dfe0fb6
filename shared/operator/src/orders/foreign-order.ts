import { isDeepStrictEqual } from 'node:util';
import type { OperatorAction, OperatorCommand } from '@marketops/contracts';
import { type OrderTrust, orderFault } from '@marketops/engine';
import { ProofError } from '@marketops/proof';
import { AuthorityError } from '../approvals/errors.js';

type ActionKind = OperatorAction['kind'];
type ActionOf<Kind extends ActionKind> = Extract<OperatorAction, { readonly kind: Kind }>;
/** What must have been ordered: what is left out is for whoever signs it to say. */
export type WantedAction<Kind extends ActionKind> = { readonly kind: Kind } & Partial<ActionOf<Kind>>;

/**
 * The door for orders, wherever they were signed: asked before anything is appended, so that nobody carries what would not
 * count. Whoever acts on the event asks again.
 * @param atIso when it is carried
 * @returns the action as it was signed
 * @throws AuthorityError `signature_refused` where it orders something else, is for another system, outside its ten
 * minutes, or not signed by a valid key of whoever gives it
 */
export function refuseForeignOrder<Kind extends ActionKind>(
  trust: OrderTrust,
  command: OperatorCommand,
  wanted: WantedAction<Kind>,
  atIso: string,
): ActionOf<Kind> {
  const { action } = command;
  if (!isOrdered(action, wanted)) throw refused('it orders something else than what is to be done');
  const fault = orderFault(trust, command, atIso);
  if (fault instanceof ProofError) throw refused(fault.message, fault);
  if (fault !== undefined) throw refused(fault);
  return action;
}

function isOrdered<Kind extends ActionKind>(
  action: OperatorAction,
  wanted: WantedAction<Kind>,
): action is ActionOf<Kind> {
  const signed: Readonly<Record<string, unknown>> = action;
  return Object.entries(wanted).every(([member, value]) => isDeepStrictEqual(signed[member], value));
}

const refused = (why: string, cause?: ProofError): AuthorityError =>
  new AuthorityError('signature_refused', `the order does not count: ${why}`, {
    next: 'Give the order anew, signed with a listed key of whoever gives it.',
    cause,
  });

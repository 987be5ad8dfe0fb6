import { isDeepStrictEqual } from 'node:util';
import type { OperatorAction, OperatorCommand } from '@marketops/contracts';
import { isoTime, orderFault } from '@marketops/engine';
import { ProofError } from '@marketops/proof';
import type { Allowed } from '../../access/caller.js';
import { ConsoleError } from '../../errors.js';
import type { World } from '../../world/world.js';

/** What somebody ordered, verified, in the form in which what carries it asks for it. */
export interface CarriedOrder {
  readonly principal: string;
  readonly command: OperatorCommand;
  /** The order as it was signed. @throws ConsoleError `signature_refused` where another action has become needed than was signed */
  order(action: OperatorAction): OperatorCommand;
}

/**
 * An order as it was handed in: signed by a key of its operator, for this system, now, and its operator is the caller. Whoever reads
 * the event verifies all of it again; here nothing worthless is carried.
 * @throws ConsoleError `signature_refused`
 */
export function carriedOrder<Kind extends OperatorAction['kind']>(
  world: World,
  { caller }: Allowed,
  command: OperatorCommand,
  kind: Kind,
): CarriedOrder & { readonly action: Extract<OperatorAction, { kind: Kind }> } {
  const { action } = command;
  if (action.kind !== kind) throw refused(`the order is to ${action.kind}, and here one orders to ${kind}`);
  if (command.principal !== caller.principal)
    throw refused(`the order is ${command.principal}’s, and ${caller.principal} is signed in`);
  const fault = orderFault(world.trust(), command, isoTime(world.nowMs()));
  if (fault instanceof ProofError) throw refused(fault.message, fault);
  if (fault !== undefined) throw refused(fault);
  return {
    principal: command.principal,
    command,
    action: action as Extract<OperatorAction, { kind: Kind }>,
    order(needed) {
      if (isDeepStrictEqual(needed, action)) return command;
      throw refused('things have changed since it was signed');
    },
  };
}

export const refused = (why: string, cause?: unknown): ConsoleError =>
  new ConsoleError('signature_refused', `what was signed does not count: ${why}`, {
    next: 'Have it made and signed anew, by a listed key of whoever is signed in.',
    cause,
  });

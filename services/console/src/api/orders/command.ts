import type { MarketOpsEvent, OperatorAction, OperatorCommand } from '@marketops/contracts';
import { isoTime } from '@marketops/engine';
import { AuthorityError, type Operator, refuseForeignOrder, type WantedAction } from '@marketops/operator';
import type { Allowed } from '../../access/caller.js';
import { ConsoleError } from '../../errors.js';
import type { World } from '../../world/world.js';

/** What somebody ordered, verified, in the form in which what carries it asks for it. */
export interface CarriedOrder<Kind extends OperatorAction['kind']> extends Operator {
  readonly command: OperatorCommand;
  readonly action: Extract<OperatorAction, { readonly kind: Kind }>;
}

/**
 * An order as it was handed in: signed by a key of its operator, for this system, now, and its operator is the caller. Whatever
 * carries it asks whether it orders that very deed; whoever reads the event verifies all of it again.
 * @throws ConsoleError `signature_refused` where it is somebody else’s; AuthorityError as `refuseForeignOrder`
 */
export function carriedOrder<Kind extends OperatorAction['kind']>(
  world: World,
  { caller }: Allowed,
  command: OperatorCommand,
  kind: Kind,
): CarriedOrder<Kind> {
  const { principal } = command;
  if (principal !== caller.principal)
    throw refused(`the order is ${principal}’s, and ${caller.principal} is signed in`);
  const wanted = { kind } as WantedAction<Kind>;
  const action = refuseForeignOrder(world.trust(), command, wanted, isoTime(world.nowMs()));
  return { principal, command, action, order: () => command };
}

/**
 * One signature is for one deed: whoever gets hold of an order, or of the sign-in of who gave it, cannot have it done again.
 * @param standing the events of the stream that the order goes to
 * @throws AuthorityError `already_said`
 */
export function refuseCarried(
  { command_id: id }: OperatorCommand,
  standing: readonly MarketOpsEvent[],
): void {
  const isIt = ({ data }: MarketOpsEvent): boolean =>
    'command' in data && (data.command as OperatorCommand | undefined)?.command_id === id;
  const earlier = standing.find(isIt);
  if (earlier === undefined) return;
  throw new AuthorityError('already_said', `this order was carried already, at ${earlier.time}: ${id}`, {
    next: 'Nothing to do: it is recorded once. To have it done again, give the order anew.',
  });
}

export const refused = (why: string, cause?: unknown): ConsoleError =>
  new ConsoleError('signature_refused', `what was signed does not count: ${why}`, {
    next: 'Have it made and signed anew, by a listed key of whoever is signed in.',
    cause,
  });

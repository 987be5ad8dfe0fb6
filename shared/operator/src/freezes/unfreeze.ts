import { type EventOf, type MarketOpsEvent, type OperatorCommand, systemStream } from '@marketops/contracts';
import { foldFreezes, isoTime, type OrderTrust, unfreezeFaults } from '@marketops/engine';
import { OperatorError } from '../errors.js';
import { refuseForeignOrder } from '../orders/foreign-order.js';
import type { Live } from '../system/live.js';
import { readFrozenScopes } from './frozen-scopes.js';
import { shownScope } from './scope.js';
import type { ScopeOrder } from './scope-order.js';
import { carrySystemEvent } from './system-event.js';

/**
 * Unfreezes a scope: first the signed event, its acknowledgement, and that it is believed; only then the control keys.
 * @returns the event, acknowledged
 * @throws AuthorityError as `refuseForeignOrder`, OperatorError `not_frozen`, `second_person_needed` (nothing was done), `unfreeze_not_believed` (it stays frozen),
 * `timed_out` (it stays frozen until the ledger has it)
 */
export async function unfreezeScope({
  scope,
  live,
  carrier,
  operator,
  trust,
}: Omit<ScopeOrder, 'runs'>): Promise<EventOf<'system.unfrozen'>> {
  const { scopes } = await readFrozenScopes(live, trust);
  const seen = scopes.find((one) => one.scope === scope);
  if (seen === undefined) throw notFrozen(scope);
  // A freeze that comes after this one is somebody's who has not been heard.
  const freezes = seen.events.slice(-1).map(({ id }) => id);
  const action = { kind: 'unfreeze' as const, scopes: [scope], freezes };
  const command = operator.order(action);
  refuseForeignOrder(trust, command, action, isoTime(Date.now()));
  const data = { scopes: [scope], principal: command.principal, reason: command.reason, command };
  const event = await carrySystemEvent(carrier, 'system.unfrozen', (standing) => {
    refuseWorthless(trust, standing, command, scope);
    return [{ type: 'system.unfrozen', data }];
  });
  const frozen = await frozenNow(live, trust);
  if (frozen.has(scope)) throw notBelieved(scope, 'somebody froze it again, or the order does not count');
  await live.store.unfreeze(scope);
  // Somebody may have frozen it between our look and our deed: theirs stands.
  const again = (await frozenNow(live, trust)).get(scope);
  if (again !== undefined) {
    await live.store.freeze(scope, again);
    throw notBelieved(scope, 'somebody froze it again meanwhile');
  }
  return event;
}

/** Told before anything is appended: an order that would not count helps nobody. */
function refuseWorthless(
  trust: OrderTrust,
  standing: readonly MarketOpsEvent[],
  command: OperatorCommand,
  scope: string,
): void {
  const order = {
    time: isoTime(Date.now()),
    seq: (standing.at(-1)?.seq ?? 0) + 1,
    data: { scopes: [scope], principal: command.principal, command },
  };
  const fault = unfreezeFaults(trust, standing, order).get(scope);
  if (fault === undefined) return;
  const frozenBy = foldFreezes(trust, standing).frozenBy.get(scope) ?? [];
  if (!frozenBy.includes(command.principal)) throw notBelieved(scope, fault);
  throw new OperatorError(
    'second_person_needed',
    `${command.principal} froze ${shownScope(scope)}; unfreezing it takes a second person`,
    {
      next: `Ask somebody other than ${frozenBy.join(', ')} to unfreeze it with a key of their own; where there is nobody, marketops approver add.`,
    },
  );
}

async function frozenNow(live: Live, trust: OrderTrust): Promise<ReadonlyMap<string, string>> {
  const [view] = await live.reader.read([systemStream]);
  return foldFreezes(trust, view?.events ?? []).frozen;
}

const notFrozen = (scope: string) =>
  new OperatorError('not_frozen', `${shownScope(scope)} is not frozen`, {
    next: 'See marketops freezes: name the scope with the flags that froze it.',
  });

const notBelieved = (scope: string, why: string) =>
  new OperatorError('unfreeze_not_believed', `${shownScope(scope)} stays frozen: ${why}`, {
    next: 'See marketops freezes for who froze it and what did not count.',
  });

import type { EventOf } from '@marketops/contracts';
import { isoTime } from '@marketops/engine';
import { OperatorError, reasonOf } from '../errors.js';
import { refuseForeignOrder } from '../orders/foreign-order.js';
import { shownScope } from './scope.js';
import type { ScopeOrder } from './scope-order.js';
import { carrySystemEvent } from './system-event.js';

/**
 * Freezes a scope: the control keys first, so that nothing new starts while the event is on its way, then the signed
 * event, then the ledger's word on it.
 * @returns the event, acknowledged
 * @throws AuthorityError as `refuseForeignOrder`: nothing was done; OperatorError `freeze_not_recorded` where the scope holds
 * and the event is not there, or not acknowledged
 */
export async function freezeScope({
  scope,
  live,
  carrier,
  operator,
}: Omit<ScopeOrder, 'runs' | 'trust'>): Promise<EventOf<'system.frozen'>> {
  const command = operator.order({ kind: 'freeze', scopes: [scope] });
  refuseForeignOrder(carrier.trust, command, { kind: 'freeze', scopes: [scope] }, isoTime(Date.now()));
  const { principal, reason } = command;
  await live.store.freeze(scope, reason);
  try {
    const data = { scopes: [scope], principal, reason, command };
    const event = await carrySystemEvent(carrier, 'system.frozen', [{ type: 'system.frozen', data }]);
    // Once more: an unfreeze of an earlier freeze may have taken the keys out before this event stood there to be seen.
    await live.store.freeze(scope, reason);
    return event;
  } catch (cause) {
    const message = `${shownScope(scope)} is frozen, nothing new starts there; that it is does not stand in the ledger yet: ${reasonOf(cause)}`;
    throw new OperatorError('freeze_not_recorded', message, {
      next: 'See marketops doctor and marketops freezes. Freeze it again when the ledger runs: until then whoever writes Redis can undo it.',
      cause,
    });
  }
}

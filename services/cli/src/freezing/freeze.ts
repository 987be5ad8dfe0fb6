import { type EventOf, type MarketOpsEvent, systemStream } from '@marketops/contracts';
import type { Carrier } from '../carrying/carrier.js';
import { CliError, reasonOf } from '../errors.js';
import type { Operator } from '../people/operator.js';
import type { Live } from '../reading/live.js';
import { shownScope } from './scope.js';

/** A change of what is frozen belongs to no run. */
export const systemContext = {
  ...{ tenantId: null, runId: null, mode: null, causationId: null, correlationId: null },
} as const;

/**
 * Freezes a scope: the control keys first, so that nothing new starts while the event is on its way, then the signed
 * event, then the ledger's word on it.
 * @returns the event, acknowledged
 * @throws CliError `freeze_not_recorded` where the scope holds and the event is not there, or not acknowledged
 */
export async function freezeScope(
  parts: { readonly live: Live; readonly carrier: Carrier; readonly operator: Operator },
  scope: string,
): Promise<EventOf<'system.frozen'>> {
  const { live, carrier, operator } = parts;
  const command = operator.order({ kind: 'freeze', scopes: [scope] });
  const { principal, reason } = command;
  await live.store.freeze(scope, reason);
  try {
    const data = { scopes: [scope], principal, reason, command };
    const events = await carrier.carry({
      stream: systemStream,
      context: systemContext,
      events: [{ type: 'system.frozen', data }],
    });
    const event = only(events, 'system.frozen');
    await carrier.untilAcknowledged(event);
    // Once more: an unfreeze of an earlier freeze may have taken the keys out before this event stood there to be seen.
    await live.store.freeze(scope, reason);
    return event;
  } catch (cause) {
    const message = `${shownScope(scope)} is frozen, nothing new starts there; that it is does not stand in the ledger yet: ${reasonOf(cause)}`;
    throw new CliError('freeze_not_recorded', message, {
      next: 'See marketops doctor and marketops freezes. Freeze it again when the ledger runs: until then whoever writes Redis can undo it.',
      cause,
    });
  }
}

/** Of what was carried, the one event of its type. */
export function only<Type extends 'system.frozen' | 'system.unfrozen'>(
  events: readonly MarketOpsEvent[],
  type: Type,
): EventOf<Type> {
  const isIt = (event: MarketOpsEvent): event is EventOf<Type> & MarketOpsEvent => event.type === type;
  const found = events.find(isIt);
  if (found === undefined) throw new TypeError(`nothing was carried that is ${type}`);
  return found;
}

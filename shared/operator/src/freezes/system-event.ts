import { type EventOf, type MarketOpsEvent, systemStream } from '@marketops/contracts';
import type { Carrier } from '../orders/carrier.js';

type FreezeType = 'system.frozen' | 'system.unfrozen';

/** A change of what is frozen belongs to no run. */
const systemContext = {
  ...{ tenantId: null, runId: null, mode: null, causationId: null, correlationId: null },
} as const;

/**
 * Brings one event to the `system` stream.
 * @param events as the carrier takes them
 * @returns the event of this type, acknowledged by the ledger
 * @throws what the carrier throws
 */
export async function carrySystemEvent<Type extends FreezeType>(
  carrier: Carrier,
  type: Type,
  events: Parameters<Carrier['carry']>[0]['events'],
): Promise<EventOf<Type>> {
  const carried = await carrier.carry({ stream: systemStream, context: systemContext, events });
  const event = only(carried, type);
  await carrier.untilAcknowledged(event);
  return event;
}

/** Of what was carried, the one event of its type. */
function only<Type extends FreezeType>(
  events: readonly MarketOpsEvent[],
  type: Type,
): EventOf<Type> & MarketOpsEvent {
  const isIt = (event: MarketOpsEvent): event is EventOf<Type> & MarketOpsEvent => event.type === type;
  const found = events.find(isIt);
  if (found === undefined) throw new TypeError(`nothing was carried that is ${type}`);
  return found;
}

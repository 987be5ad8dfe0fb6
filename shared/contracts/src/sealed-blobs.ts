import type { Contained } from './plan.js';
import type { MarketOpsEvent } from './vocabulary.js';

/** The ciphertexts that events of one run name. */
export const sealedBlobsOf = (events: readonly MarketOpsEvent[]): string[] =>
  events.flatMap((event) => {
    const contained = containedIn(event);
    return contained !== undefined && 'sealed' in contained ? [contained.sealed.blob] : [];
  });

/** What an event contains or names, where it is one that may. */
function containedIn(event: MarketOpsEvent): Contained<unknown> | undefined {
  switch (event.type) {
    case 'plan.requested':
      return event.data.request;
    case 'plan.generated':
      return event.data.plan;
    case 'operation.planned':
      return event.data.operation ?? undefined;
    default:
      return undefined;
  }
}

import { type EventOf, foldOperation } from '@marketops/contracts';
import type { StreamView } from '@marketops/store';
import { unspentCodes } from './deciding/step.js';
import type { StreamFacts } from './gate/context.js';

/** Null for a stream without events: it does not exist. */
export function streamFacts({ events, digests }: Pick<StreamView, 'events' | 'digests'>): StreamFacts | null {
  const first = events[0];
  if (first === undefined) return null;
  const state = foldOperation(events);
  // What was tried before a redrive was tried on another authority: the new one has attempts of its own.
  const redrivenSeq = state.redriven?.seq ?? 0;
  let { mode, tenant_id: tenantId } = first;
  let lastRetry: EventOf<'operation.retried'> | null = null;
  let spentRetries = 0;
  for (const event of events) {
    if (event.mode !== first.mode) mode = null;
    if (event.tenant_id !== first.tenant_id) tenantId = null;
    if (event.type !== 'operation.retried' || event.seq <= redrivenSeq) continue;
    lastRetry = event;
    if (!unspentCodes.has(event.data.error_code)) spentRetries += 1;
  }
  return {
    state,
    digest: digests.at(-1) ?? '',
    lastRetry,
    spentRetries,
    mode,
    tenantId,
  };
}

import { type EventDraft, type MarketOpsEvent, systemStream } from '@marketops/contracts';
import { type Appender, StoreError } from '@marketops/store';

/** `system` is shared by every process: losing the race is normal, losing it this often is not. */
const conflictsMax = 32;
const context = { tenantId: null, runId: null, mode: null, causationId: null, correlationId: null };

/**
 * Appends to `system`, which everybody appends to.
 * @param next asked before every try: the stream's last seq, and what to say after it; nothing where it has been said
 * @returns the events as they stand; none where there was nothing to say
 * @throws StoreError `append_conflict` where others were first again and again, and whatever else an append may throw
 */
export async function appendToSystem(
  appender: Appender,
  next: () => Promise<{ readonly afterSeq: number; readonly events: readonly EventDraft[] }>,
): Promise<readonly MarketOpsEvent[]> {
  for (let conflicts = 0; ; conflicts += 1) {
    const { afterSeq, events } = await next();
    if (events.length === 0) return [];
    try {
      const streams = [{ stream: systemStream, afterSeq, events }];
      return (await appender.append({ context, streams })).events;
    } catch (fault) {
      const lost = fault instanceof StoreError && fault.code === 'append_conflict';
      if (!lost || conflicts >= conflictsMax) throw fault;
    }
  }
}

import { type EventDraft, systemStream } from '@marketops/contracts';
import { type Appender, type EventStore, StoreError } from '@marketops/store';

const conflictsMax = 16;

/** Appends one event of the ledger's to `system`. Others write there too: a conflict means look again. */
export async function appendToSystem(
  { store, appender }: { readonly store: EventStore; readonly appender: Appender },
  draft: EventDraft,
): Promise<void> {
  for (let conflicts = 0; ; conflicts += 1) {
    const [afterSeq = 0] = await store.lastSeqs([systemStream]);
    try {
      await appender.append({
        context: { tenantId: null, runId: null, mode: null, causationId: null, correlationId: null },
        streams: [{ stream: systemStream, afterSeq, events: [draft] }],
      });
      return;
    } catch (fault) {
      const again = fault instanceof StoreError && fault.code === 'append_conflict';
      if (!again || conflicts >= conflictsMax) throw fault;
    }
  }
}

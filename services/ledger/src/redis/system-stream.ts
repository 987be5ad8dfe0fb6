import { type EventDraft, systemStream } from '@marketops/contracts';
import { appendToSystem } from '@marketops/engine';
import type { Appender, EventStore } from '@marketops/store';

/** Says one thing of the ledger's on `system`, whatever stands there. @throws StoreError as `appendToSystem` */
export async function sayOnSystem(
  { store, appender }: { readonly store: EventStore; readonly appender: Appender },
  draft: EventDraft,
): Promise<void> {
  await appendToSystem(appender, async () => {
    const [afterSeq = 0] = await store.lastSeqs([systemStream]);
    return { afterSeq, events: [draft] };
  });
}

import { type MarketOpsEvent, systemStream } from '@marketops/contracts';
import { openJournalSegments } from './journal-segments.js';
import type { RestorePorts } from './ports.js';

/** What stands on `system` in the store, as far as it can be believed. */
interface Stood {
  readonly events: readonly MarketOpsEvent[];
  /** Whether something stands there that cannot be. */
  readonly isDisturbed: boolean;
}

/**
 * Every event of `system` that counts for a repair: those of the journal, whatever the store holds in their place, and those that
 * follow them in the store up to the first that cannot be believed. Whoever may append junk to `system` must not be able to
 * take a freeze away with it, nor to keep the ledger from starting.
 */
export async function readSystem(ports: RestorePorts): Promise<readonly MarketOpsEvent[]> {
  const journal = openJournalSegments(ports.tables, ports.journalDir);
  try {
    const held = (await journal.ofSystem()).flatMap(({ events }) => events);
    const { events } = await stoodAfter(ports, ports.index.lastSeq(systemStream));
    return [...held, ...events];
  } finally {
    await journal.close();
  }
}

/** The cheap way where the store is undisturbed: without reading the journal. */
export async function readSystemLightly(ports: RestorePorts): Promise<readonly MarketOpsEvent[]> {
  const { events, isDisturbed } = await stoodAfter(ports, 0);
  return isDisturbed ? readSystem(ports) : events;
}

async function stoodAfter({ store, examiner }: RestorePorts, afterSeq: number): Promise<Stood> {
  const [segments = []] = await store.read([{ stream: systemStream, afterSeq }]);
  const events: MarketOpsEvent[] = [];
  let next = afterSeq + 1;
  for (const { firstSeq, lastSeq, value } of segments) {
    const examined = examiner.examine(systemStream, value, firstSeq);
    if ('rejected' in examined || firstSeq !== next) return { events, isDisturbed: true };
    for (const { bytes } of examined.accepted.events) events.push(JSON.parse(bytes) as MarketOpsEvent);
    next = lastSeq + 1;
  }
  return { events, isDisturbed: false };
}

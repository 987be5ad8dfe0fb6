import type { MarketOpsEvent } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import {
  IndexError,
  type LedgerIndex,
  type LocatedEntry,
  ledgerPaths,
  openLedgerIndex,
  type RunListing,
} from '@marketops/journal';
import { createSignatureCache, type OpenKeyring, openKeyring, readSegment } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { JournalPosition } from '@marketops/verifier';

/** An event with its place in the ledger; undefined while the ledger has not taken it. */
export interface PlacedEvent {
  readonly event: MarketOpsEvent;
  readonly sequence: number | undefined;
}

/** Runs as the ledger has them. Every event has its actor's signature verified before it is given out. */
export interface LedgerReader {
  readonly index: LedgerIndex;
  eventsOfRun(runId: string): Promise<PlacedEvent[]>;
  /**
   * What stands about a run on `system`: refusals of jobs that claimed it, unverified claims of whoever put them into the queue;
   * and orders to erase it, which count only as far as their operators' signatures do.
   */
  saidOfRun(runId: string): Promise<PlacedEvent[]>;
  /** The same for jobs that claimed to present this receipt, for whatever run. */
  claimsAgainstReceipt(receiptId: string): Promise<PlacedEvent[]>;
  recentRuns(limit: number): RunListing[];
  /** The events of entries that were found by the index. */
  verify(entries: readonly LocatedEntry[]): Promise<PlacedEvent[]>;
  close(): Promise<void>;
}

/** @returns undefined where this machine has no ledger (yet). */
export function openLedger(loaded: LoadedConfig): LedgerReader | undefined {
  const index = openIndexOf(loaded);
  if (index === undefined) return undefined;
  const verify = segmentVerifier(index, openKeyring(nodeCrypto, loaded.keyring));
  return {
    index,
    eventsOfRun: async (runId) => verify(await index.entriesOfRun(runId)),
    saidOfRun: async (runId) => verify(await index.claimsAgainstRun(runId)),
    claimsAgainstReceipt: async (receiptId) => verify(await index.claimsAgainstReceipt(receiptId)),
    recentRuns: (limit) => index.recentRuns({ limit }),
    verify,
    close: () => index.close(),
  };
}

/** What the ledger says of itself, which takes no keyring. @returns undefined where this machine has no ledger (yet). */
export function openIndexOf({ dataDir }: Pick<LoadedConfig, 'dataDir'>): LedgerIndex | undefined {
  try {
    return openLedgerIndex(ledgerPaths(dataDir).root);
  } catch (fault) {
    if (fault instanceof IndexError && fault.code === 'index_missing') return undefined;
    throw fault;
  }
}

/**
 * An entry's bytes alone say who claims to have written it; the statement over its segment proves it. Each segment is
 * read and verified once.
 */
function segmentVerifier(index: LedgerIndex, keyring: OpenKeyring) {
  const cache = createSignatureCache();
  return async (entries: readonly LocatedEntry[]): Promise<PlacedEvent[]> => {
    const segments = new Map<string, ReadonlyMap<string, MarketOpsEvent>>();
    const placed: PlacedEvent[] = [];
    for (const { position, entry } of entries) {
      const key = `${position.term} ${position.firstSequence} ${position.segmentOffset}`;
      const segment = segments.get(key) ?? (await verified(index, position, keyring, cache));
      segments.set(key, segment);
      const event = segment.get(String(entry.event['id']));
      // Absent where this release does not know its type: correctly signed, and nothing we could say of it.
      if (event !== undefined) placed.push({ event, sequence: entry.sequence });
    }
    return placed;
  };
}

async function verified(
  index: LedgerIndex,
  position: JournalPosition,
  keyring: OpenKeyring,
  cache: ReturnType<typeof createSignatureCache>,
): Promise<ReadonlyMap<string, MarketOpsEvent>> {
  const { statement, entries, events: bytes } = await index.readSegment(position);
  const first = entries[0]?.event;
  const { events } = readSegment(nodeCrypto, {
    statement,
    stream: String(first?.['stream']),
    firstSeq: Number(first?.['seq']),
    events: bytes,
    keyring,
    cache,
  });
  return new Map(events.map((event) => [event.id, event]));
}

import type { Blobs } from '../system/inline-or-blob.js';
import { type EventFilter, fits, mayFit } from './source/filter.js';
import type { ReplayLedger } from './source/ledger.js';
import type { HeldEntry, Recorded, RecordedEvent } from './source/recorded.js';
import { RepositoryFilter } from './source/repositories.js';
import { type JournalCursor, scanJournal } from './source/scan.js';

/** Some of the wanted events, in the ledger's order. */
export interface Found {
  readonly events: readonly RecordedEvent[];
  readonly held: readonly HeldEntry[];
  /** How far the ledger has been read; undefined where the index found them. */
  readonly cursor: JournalCursor | undefined;
}

interface AcrossOptions {
  readonly ledger: ReplayLedger;
  readonly blobs: Blobs;
  readonly filter: EventFilter;
  readonly from?: JournalCursor | undefined;
  readonly signal: AbortSignal;
}

/**
 * Events of all runs and of `system` that fit, in the ledger's order and in bounded memory. A receipt is found through the index;
 * everything else by reading the journal through, where what does not fit costs little.
 * @throws JournalError, ProofError, IndexError
 */
export async function* findEvents(options: AcrossOptions): AsyncGenerator<Found> {
  const { filter } = options;
  if (filter.receiptId !== undefined && options.from === undefined) {
    yield await ofReceipt(options, filter.receiptId);
    return;
  }
  yield* scanned(options);
}

/** What a receipt is about stands in its run, and what was claimed with it on `system`; both are indexed. */
async function ofReceipt({ ledger, blobs, filter }: AcrossOptions, receiptId: string): Promise<Found> {
  const runId = await ledger.runOfReceipt(receiptId);
  const ofRun = runId === undefined ? none : await ledger.ofRun(runId);
  const claims = await ledger.claimsAgainstReceipt(receiptId);
  const repository = repositoryFilter(filter, ledger, blobs);
  const events: RecordedEvent[] = [];
  const all = [...ofRun.events, ...claims.events].sort(byEntry);
  for (const one of all) if (await isWanted(one, filter, repository)) events.push(one);
  return { events, held: ofRun.held, cursor: undefined };
}

const none: Recorded = { events: [], held: [] };
const byEntry = (one: RecordedEvent, other: RecordedEvent): number =>
  (one.entry?.sequence ?? Infinity) - (other.entry?.sequence ?? Infinity);

async function* scanned({ ledger, blobs, filter, from, signal }: AcrossOptions): AsyncGenerator<Found> {
  const repository = repositoryFilter(filter, ledger, blobs);
  const { until } = filter;
  const scan = scanJournal({
    ...{ journal: ledger.journal, trust: ledger.trust, from, signal },
    untilSequence: until?.by === 'sequence' ? until.sequence : undefined,
    mayFit: (envelope, bytes) => {
      // Asked first: it learns from plans that nobody may have asked for.
      const isAbout = repository?.mayFit(envelope, bytes) ?? true;
      return isAbout && mayFit(filter, envelope, bytes);
    },
  });
  for await (const { events, held, cursor } of scan) {
    const wanted: RecordedEvent[] = [];
    for (const one of events) if (await isWanted(one, filter, repository)) wanted.push(one);
    yield { events: wanted, held: filter.types === undefined ? held : [], cursor };
  }
}

const repositoryFilter = ({ repository }: EventFilter, ledger: ReplayLedger, blobs: Blobs) =>
  repository === undefined
    ? undefined
    : new RepositoryFilter(repository, { blobs, ofRun: (runId) => ledger.ofRun(runId) });

const isWanted = async (
  { event, entry }: RecordedEvent,
  filter: EventFilter,
  repository: RepositoryFilter | undefined,
): Promise<boolean> => fits(filter, event, entry?.sequence) && ((await repository?.fits(event)) ?? true);

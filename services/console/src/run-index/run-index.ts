import type { Mode, OperationKind } from '@marketops/contracts';
import type { RecordedEvent } from '@marketops/operator/reading';
import type { FeedItem } from './feed.js';
import type { FeedRequest } from './feed-reader.js';
import type { ListedStatus, RunFlag, RunRow } from './run-row.js';

/** Whose runs somebody may see. Applied to everything that is asked, before any filter. */
export type AllowedTenants = 'all' | readonly string[];

/** Which runs are wanted; what is absent does not matter. All that is given must fit. */
export interface RunQuery {
  /** The caller's own. A tenant that is not among them finds nothing, and is told so by nothing. */
  readonly allowed: AllowedTenants;
  readonly tenants?: readonly string[] | undefined;
  /** `owner/name`; GitHub compares it without case. Any of the run's repositories. */
  readonly repository?: string | undefined;
  readonly statuses?: readonly ListedStatus[] | undefined;
  readonly flags?: readonly RunFlag[] | undefined;
  readonly mode?: Mode | undefined;
  /** Any of the run's operations. */
  readonly kind?: OperationKind | undefined;
  readonly principal?: string | undefined;
  /** Of the run's first event, UTC with milliseconds: this time and later, and before that time. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** The run whose operation it was issued for. */
  readonly receiptId?: string | undefined;
  /**
   * Words, all of which must stand in the run's id, idempotency key, principal, repositories, operation ids, tags, titles or
   * branches, in any case. At most 200 characters and 8 words are looked at.
   */
  readonly text?: string | undefined;
  /** 1 to 1,000; 50 where it is absent. */
  readonly limit?: number | undefined;
  /** `next` of the page before. @throws RunIndexError `cursor_invalid` */
  readonly cursor?: string | undefined;
  /** Count every run that fits, behind this page too. */
  readonly withTotal?: boolean | undefined;
}

export interface RunPage {
  /** Newest first: by the run's first entry in the ledger. */
  readonly runs: readonly RunRow[];
  /** Null where no older run fits. Stays good while new runs arrive, and after the index was made again. */
  readonly next: string | null;
  /** Of all pages; null where it was not asked for. */
  readonly total: number | null;
  /** The ledger's entry up to which this is true. */
  readonly position: number;
}

export interface RunTotals {
  readonly runs: number;
  readonly by_status: Readonly<Record<ListedStatus, number>>;
  readonly by_tenant: Readonly<Record<string, number>>;
  readonly by_mode: Readonly<Record<Mode, number>>;
  readonly by_flag: Readonly<Record<RunFlag, number>>;
}

/** What one batch of the ledger changed. */
export interface RunChanges {
  /** The last entry of the batch: grows from one call to the next, except where `reset` is true. */
  readonly position: number;
  /**
   * The index stands for the first time, or was made again from another journal: whatever was remembered of it is to be asked for
   * anew. Otherwise no batch is left out, those that came while something had failed included.
   */
  readonly reset: boolean;
  /** Rows as they are now, each once. */
  readonly rows: readonly RunRow[];
  /** What the batch said, verified, in the ledger's order; those of `system` too. */
  readonly events: readonly RecordedEvent[];
  readonly feed: readonly FeedItem[];
}

export interface RunIndexState {
  /** `building`: it reads what stood in the ledger when it was opened. `failed`: see `fault`; it tries again by itself. */
  readonly state: 'building' | 'live' | 'failed';
  readonly position: number;
  readonly runs: number;
  readonly fault: { readonly code: string; readonly message: string } | null;
}

/**
 * The read model of runs: a projection of the ledger's journal, which alone is the truth. It acts on nothing and holds nothing
 * that the ledger does not have; it may be removed at any time and is made again.
 */
export interface RunIndex {
  /** @throws RunIndexError `cursor_invalid` */
  search(query: RunQuery): RunPage;
  /** Undefined where there is none, or none that the caller may see. */
  get(runId: string, allowed: AllowedTenants): RunRow | undefined;
  totals(allowed: AllowedTenants): RunTotals;
  /** Called after each batch, once it stands in the index. A listener that throws is not called again. @returns ends it */
  follow(listener: (changes: RunChanges) => void): () => void;
  /**
   * What happens, in the words of the feed, in order and each once, until the signal aborts.
   * @throws RunIndexError `cursor_invalid`, and the signal's reason
   */
  feed(request: FeedRequest): AsyncGenerator<FeedItem>;
  state(): RunIndexState;
  /** Resolves when what stood in the ledger at the call is in the index. Rejects with the signal's reason. */
  caughtUp(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

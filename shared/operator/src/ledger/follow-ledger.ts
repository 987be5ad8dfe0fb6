import { listJournal } from '@marketops/verifier/node';
import { type Found, findEvents } from '../replay/across.js';
import type { EventFilter } from '../replay/source/filter.js';
import type { ReplayLedger } from '../replay/source/ledger.js';
import type { JournalCursor } from '../replay/source/scan.js';
import type { Blobs } from '../system/inline-or-blob.js';
import { openJournalBell } from './journal-bell.js';

export interface FollowLedgerOptions {
  readonly ledger: ReplayLedger;
  readonly blobs: Blobs;
  readonly filter: EventFilter;
  /** From the ledger's first entry on where it is absent. */
  readonly from: JournalCursor | undefined;
  readonly signal: AbortSignal;
}

/**
 * Every event that fits, of all runs and of `system`, as the ledger commits it; goes on until the signal aborts.
 *
 * The journal itself is followed: what is behind the cursor has been given out, what is before it has not, so that nothing is
 * missed or told twice, whatever Redis does, however many events come at once (they wait in the file, not in memory), and whichever
 * writer goes on with it. A ledger that stands still or is away is waited for.
 */
export async function* followLedger(options: FollowLedgerOptions): AsyncGenerator<Found> {
  const { ledger, signal } = options;
  const bell = openJournalBell(ledger.journal);
  let cursor = options.from;
  let seen = '';
  try {
    for (;;) {
      const now = await extentOf(ledger.journal);
      if (now !== seen) {
        for await (const found of findEvents({ ...options, from: cursor })) {
          cursor = found.cursor ?? cursor;
          if (found.events.length + found.held.length > 0) yield found;
        }
        seen = now;
      }
      await bell.next(signal);
    }
  } finally {
    bell.close();
  }
}

/** Changes whenever there may be something to read. */
async function extentOf(journal: string): Promise<string> {
  const files = await listJournal(journal);
  return files.map(({ name, bytes }) => `${name} ${bytes}`).join(',');
}

/** Where the ledger ends now; undefined while it is empty. */
export function endOf(ledger: Pick<ReplayLedger, 'head'>): JournalCursor | undefined {
  const head = ledger.head();
  if (head === undefined) return undefined;
  const { term, firstSequence, offset, line, sequence } = head;
  return { term, firstSequence, offset, line, sequence };
}

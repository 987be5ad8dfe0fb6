/** The journal's time as ISO 8601. */
export type JournalClock = () => string;

/**
 * The clock as the journal tells it: it never goes back. A commit says by when the ledger had what it holds, and a key that was
 * revoked counts for what came before; so no commit may be dated before one that stands above it, whatever happens to the
 * machine's clock. Where that goes back the journal's stands still until it has caught up.
 * @param since the latest time the journal says already; empty where it says none
 */
export function journalClock(now: () => Date, since: string): JournalClock {
  let latest = since;
  return () => {
    const time = now().toISOString();
    // One form of 24 characters: they compare as text.
    if (time > latest) latest = time;
    return latest;
  };
}

import { join } from 'node:path';
import { hourMs, openHourFiles, type Place } from './hour-files.js';

/** The publisher's own limit on how many operations an account may start within an hour. */
export interface StartCap {
  /** How long until there is room for this receipt's start, in milliseconds; 0 for now. Takes nothing. */
  waitMs(account: string, receiptId: string): number;
  /**
   * Takes a place for this receipt's start, durable before it answers. The same receipt takes one place, however often it
   * asks: of a hundred who race for a start, one starts.
   * @returns as `waitMs`; 0 where the place is taken
   */
  take(account: string, receiptId: string): number;
}

/**
 * Keeps the places of each capped account in files below `dir`. Every process of this folder appends to the same files, and
 * the order of the lines decides alike for all of them who was within the cap; so the cap holds over processes and crashes,
 * and no counter in Redis is believed. Processes with folders of their own (other hosts) do not see each other: there each
 * folder has the whole cap. At the turn of an hour two processes may, within a moment, each take the last place.
 * @param caps account in lower case → starts per hour; an account that is not there has no cap
 * @throws ConfigError when the folder cannot be made: without it no cap would hold
 */
export function openStartCap(dir: string, caps: ReadonlyMap<string, number>, nowMs: () => number): StartCap {
  const accounts = new Map(
    [...caps].map(([account, max]) => [account, openAccount(join(dir, account), max, nowMs)]),
  );
  const of = (account: string) => accounts.get(account.toLowerCase());
  return {
    waitMs: (account, receiptId) => of(account)?.waitMs(receiptId) ?? 0,
    take: (account, receiptId) => of(account)?.take(receiptId) ?? 0,
  };
}

function openAccount(dir: string, max: number, nowMs: () => number) {
  const places = openHourFiles(dir, nowMs);
  const recent = (): Place[] => grantedOf(places.read(), max).filter(({ atMs }) => atMs > nowMs() - hourMs);

  const waitIn = (granted: readonly Place[]): number => {
    const leaving = granted.at(-max);
    return granted.length < max || leaving === undefined ? 0 : Math.max(1, leaving.atMs + hourMs - nowMs());
  };

  return {
    waitMs(receiptId: string): number {
      const granted = recent();
      return has(granted, receiptId) ? 0 : waitIn(granted);
    },
    take(receiptId: string): number {
      const before = recent();
      if (has(before, receiptId)) return 0;
      const waiting = waitIn(before);
      if (waiting > 0) return waiting;
      places.append({ atMs: nowMs(), receiptId });
      // Others may have appended before: the order of the lines says who was in time.
      const after = recent();
      return has(after, receiptId) ? 0 : Math.max(1, waitIn(after));
    },
  };
}

const has = (places: readonly Place[], receiptId: string): boolean =>
  places.some((place) => place.receiptId === receiptId);

/** Who of all who asked was within the cap, in the order of their lines: the same for whoever reads them. */
function grantedOf(places: readonly Place[], max: number): Place[] {
  const granted: Place[] = [];
  const latest = new Map<string, number>();
  let lastMs = 0;
  let from = 0;
  for (const { atMs, receiptId } of places) {
    // A clock that went back makes places last longer, never shorter.
    lastMs = Math.max(lastMs, atMs);
    while (from < granted.length && (granted[from]?.atMs ?? 0) <= lastMs - hourMs) from += 1;
    const before = latest.get(receiptId);
    if (before !== undefined && before > lastMs - hourMs) continue;
    if (granted.length - from >= max) continue;
    granted.push({ atMs: lastMs, receiptId });
    latest.set(receiptId, lastMs);
  }
  return granted;
}

import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@marketops/engine';

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

const hourMs = 3_600_000;

/**
 * Keeps the places of each capped account as lines `<epoch ms> <receipt id>` in one file per hour, below `dir`. Every
 * process of this folder appends to the same files, and the order of the lines decides alike for all of them who was
 * within the cap; so the cap holds over processes and crashes, and no counter in Redis is believed. Processes with folders
 * of their own (other hosts) do not see each other: there each folder has the whole cap. At the turn of an hour two
 * processes may, within a moment, each take the last place.
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

interface Place {
  readonly atMs: number;
  readonly receiptId: string;
}

/** Synchronous, so that nothing of this process comes between reading and appending; a cap is a few starts a second. */
function openAccount(dir: string, max: number, nowMs: () => number) {
  const files = new Map<number, HourFile>();
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError('config_invalid', `${dir} cannot be made, and starts_per_hour needs it`, {
      next: 'Let the publisher write there, or set MARKETOPS_DATA_DIR.',
      cause,
    });
  }

  /** The places of this hour and the one before, and of later ones where the clock was set back. */
  const places = (): Place[] => {
    const oldest = hourOf(nowMs()) - 1;
    for (const name of readdirSync(dir)) {
      const hour = Number(/^(\d{1,12})\.starts$/.exec(name)?.[1] ?? Number.NaN);
      if (Number.isNaN(hour)) continue;
      if (hour < oldest) {
        rmSync(join(dir, name), { force: true });
        files.delete(hour);
      } else if (!files.has(hour)) files.set(hour, new HourFile(join(dir, name)));
    }
    return [...files.keys()].sort((a, b) => a - b).flatMap((hour) => files.get(hour)?.read() ?? []);
  };

  const recent = (): Place[] => grantedOf(places(), max).filter(({ atMs }) => atMs > nowMs() - hourMs);

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
      const atMs = nowMs();
      appendDurably(dir, `${hourOf(atMs)}.starts`, `\n${atMs} ${receiptId}\n`);
      // Others may have appended before: the order of the lines says who was in time.
      const after = recent();
      return has(after, receiptId) ? 0 : Math.max(1, waitIn(after));
    },
  };
}

const has = (places: readonly Place[], receiptId: string): boolean =>
  places.some((place) => place.receiptId === receiptId);

const hourOf = (ms: number): number => Math.floor(ms / hourMs);

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

/** One hour's lines, read as far as they are whole; what was read is not read again. */
class HourFile {
  readonly #path: string;
  readonly #places: Place[] = [];
  #readTo = 0;

  constructor(path: string) {
    this.#path = path;
  }

  read(): readonly Place[] {
    const file = openSync(this.#path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.max(0, size - this.#readTo));
      const length = readSync(file, bytes, 0, bytes.length, this.#readTo);
      const end = bytes.subarray(0, length).lastIndexOf(0x0a) + 1;
      this.#readTo += end;
      for (const line of bytes.subarray(0, end).toString('latin1').split('\n')) {
        // A crash can leave half a line; every line begins with a line end of its own, so the next is whole.
        const [, atMs, receiptId] = /^(\d{1,15}) (\S{1,64})$/.exec(line) ?? [];
        if (atMs !== undefined && receiptId !== undefined)
          this.#places.push({ atMs: Number(atMs), receiptId });
      }
      return this.#places;
    } finally {
      closeSync(file);
    }
  }
}

/** One write on a file opened for appending: lines of several processes do not mix. */
function appendDurably(dir: string, name: string, text: string): void {
  const file = openSync(join(dir, name), 'a', 0o600);
  try {
    const isNew = fstatSync(file).size === 0;
    writeSync(file, text);
    fdatasyncSync(file);
    if (isNew) syncFolder(dir);
  } finally {
    closeSync(file);
  }
}

function syncFolder(dir: string): void {
  const folder = openSync(dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

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

export const hourMs = 3_600_000;

/** A start that somebody asked for. */
export interface Place {
  readonly atMs: number;
  readonly receiptId: string;
}

/** Places as lines `<epoch ms> <receipt id>` in one file per hour, to which every process of the folder appends. */
export interface HourFiles {
  /** Those of this hour and the one before, and of later ones where the clock was set back, in the order of their lines. */
  read(): Place[];
  /** Durable when it returns. */
  append(place: Place): void;
}

/**
 * Synchronous, so that nothing of this process comes between reading and appending; a cap is a few starts a second. Reading
 * removes the files of hours that have passed.
 * @throws ConfigError when the folder cannot be made
 */
export function openHourFiles(dir: string, nowMs: () => number): HourFiles {
  const files = new Map<number, HourFile>();
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError('config_invalid', `${dir} cannot be made, and starts_per_hour needs it`, {
      next: 'Let the publisher write there, or set MARKETOPS_DATA_DIR.',
      cause,
    });
  }
  return {
    read() {
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
    },
    append: ({ atMs, receiptId }) => appendDurably(dir, `${hourOf(atMs)}.starts`, `\n${atMs} ${receiptId}\n`),
  };
}

const hourOf = (ms: number): number => Math.floor(ms / hourMs);

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

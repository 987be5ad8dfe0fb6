import type { Readable } from 'node:stream';
import { lineReader } from '../processes/lines.js';

export type JsonLine = Readonly<Record<string, unknown>>;

/** Reads JSON lines as they come; `until` resolves with the first, past or to come, that fits. */
export function jsonLines(stream: Readable): {
  readonly all: readonly JsonLine[];
  until(fits: (line: JsonLine) => boolean): Promise<JsonLine>;
} {
  const all: JsonLine[] = [];
  let ended = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  let told = false;
  const read = lineReader((line) => {
    // What a command ends with is told as one indented document.
    told ||= line === '{';
    if (told || line.trim() === '') return;
    all.push(JSON.parse(line) as JsonLine);
    wake();
  });
  stream.on('data', read);
  stream.once('end', () => {
    ended = true;
    wake();
  });
  return {
    all,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = all.find(fits);
          if (found === undefined && !ended) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new RangeError(`it ended after: ${JSON.stringify(all.at(-1))}`));
        };
        waiting.add(look);
        look();
      }),
  };
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

import { type FSWatcher, watch } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Wake-ups come from the file system; this is for those that get lost, and for file systems that give none. */
const lookAgainMs = 200;
/** A busy ledger commits a hundred times a second, and each look costs about the same whatever it finds. */
const restMs = 25;

/** Rings when something in a folder changes. */
export interface JournalBell {
  /** Resolves when it has rung since the last time, or after a moment. Rejects when the signal aborts. */
  next(signal: AbortSignal): Promise<void>;
  close(): void;
}

export function openJournalBell(folder: string): JournalBell {
  let hasRung = false;
  let wake: () => void = () => undefined;
  const watcher = watched(folder, () => {
    hasRung = true;
    wake();
  });
  return {
    async next(signal) {
      await pause(restMs, undefined, { signal });
      if (!hasRung) await ringOrTimeout(signal, (listener) => (wake = listener));
      signal.throwIfAborted();
      hasRung = false;
    },
    close: () => watcher?.close(),
  };
}

function ringOrTimeout(signal: AbortSignal, listen: (listener: () => void) => unknown): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, lookAgainMs);
    signal.addEventListener('abort', done, { once: true });
    listen(done);
  });
}

/** @returns undefined where the system gives no such notice (no watches left, a network file system): then looking again does */
function watched(folder: string, ring: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, ring);
    watcher.on('error', () => undefined);
    return watcher;
  } catch {
    return undefined;
  }
}

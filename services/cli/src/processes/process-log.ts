import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** A log that could not be written, for a full disk say, is tried again after this. */
const againMs = 2_000;
/** A disk that does not answer keeps nobody from learning that a process has ended. */
const lastWordsMs = 1_000;

/**
 * Appends what a process says to its log. Where that cannot be written, what it says is let go instead: a process whose output
 * nobody takes stands still as soon as the pipe is full, and a full disk must not stop a service.
 * @returns to be called when it has said everything; resolves when that is written, or cannot be
 */
export function keepLog(path: string, said: readonly Readable[]): () => Promise<void> {
  let log: WriteStream;
  let again: NodeJS.Timeout | undefined;
  const open = (): void => {
    const opened = createWriteStream(path, { flags: 'a', mode: 0o600 });
    log = opened;
    opened.on('error', () => {
      for (const stream of said) {
        stream.unpipe(opened);
        stream.resume();
      }
      again = setTimeout(open, againMs);
      again.unref();
    });
    for (const stream of said) stream.pipe(opened, { end: false });
  };
  open();
  return async () => {
    clearTimeout(again);
    if (log.destroyed) return;
    await new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, lastWordsMs);
      log.once('close', () => {
        clearTimeout(limit);
        clearTimeout(again);
        resolve();
      });
      log.end();
    });
  };
}

import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** A log that could not be written, for a full disk say, is tried again after this. */
const againMs = 2_000;

/**
 * Appends what a process says to its log. Where that cannot be written, what it says is let go instead: a process whose output
 * nobody takes stands still as soon as the pipe is full, and a full disk must not stop a service.
 */
export function keepLog(path: string, said: readonly Readable[], ended: Promise<unknown>): void {
  let end: () => void = () => undefined;
  let again: NodeJS.Timeout | undefined;
  const open = (): void => {
    const log = createWriteStream(path, { flags: 'a', mode: 0o600 });
    end = () => log.end();
    log.on('error', () => {
      for (const stream of said) {
        stream.unpipe(log);
        stream.resume();
      }
      again = setTimeout(open, againMs);
      again.unref();
    });
    for (const stream of said) stream.pipe(log, { end: false });
  };
  open();
  const close = (): void => {
    clearTimeout(again);
    end();
  };
  ended.then(close, close);
}

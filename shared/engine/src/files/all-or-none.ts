import { rmSync } from 'node:fs';

/** Says that a file or folder was made here and by nobody else. */
export type Made = (path: string) => void;

/**
 * Makes what belongs together: where one cannot be made, those before it are removed, the last one first, and with a folder
 * all that is in it.
 */
export function allOrNone<Result>(make: (made: Made) => Result): Result {
  const paths: string[] = [];
  try {
    return make((path) => void paths.push(path));
  } catch (fault) {
    for (const path of paths.toReversed()) {
      try {
        rmSync(path, { recursive: true, force: true });
      } catch {
        // Why nothing could be made is what must be told.
      }
    }
    throw fault;
  }
}

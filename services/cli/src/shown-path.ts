import { isAbsolute, relative } from 'node:path';

/** A path as a person here would type it: relative inside the current folder, absolute elsewhere. */
export function shownPath(path: string, cwd: string = process.cwd()): string {
  const short = relative(cwd, path);
  if (short === '') return '.';
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

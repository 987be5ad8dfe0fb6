import { fileURLToPath } from 'node:url';

/** The repository's root, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What went wrong, and what to do about it; `exitCode` is what the shell gets. */
export class SetupError extends Error {
  constructor(message, next, exitCode = 1) {
    super(message);
    this.next = next;
    this.exitCode = exitCode;
  }
}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Tells the error and answers the exit code. A defect of our own shows its stack. */
export function fail(error) {
  if (!(error instanceof SetupError)) say(error?.stack ?? String(error));
  else say(`\n${error.message}\n${error.next}`);
  return error?.exitCode ?? 1;
}

/** Says what is being done, and how long it took: `installing packages …  12 s`. */
export async function timed(what, work) {
  const start = Date.now();
  process.stderr.write(`${what} … `);
  try {
    const answer = await work();
    say(` ${duration(Date.now() - start)}`);
    return answer;
  } catch (error) {
    say(' failed');
    throw error;
  }
}

function duration(ms) {
  return ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}

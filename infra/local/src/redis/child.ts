import { type ChildProcess, execFile } from 'node:child_process';
import { LocalError } from '../local-error.js';

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const REASON_CHARS_MAX = 600;

export interface ChildOptions {
  readonly limit_ms: number;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a program to its end and gives back its stdout. Killed when its time is up. */
export function runChild(command: string, args: readonly string[], options: ChildOptions): Promise<string> {
  const { limit_ms, env, cwd } = options;
  return new Promise((resolve, reject) => {
    execFile(
      command,
      [...args],
      { timeout: limit_ms, killSignal: 'SIGKILL', env, cwd, maxBuffer: OUTPUT_BYTES_MAX },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const why = error.killed ? `it took more than ${limit_ms} ms` : stderr.trim() || error.message;
        reject(
          new LocalError('child_failed', `${command} failed: ${why.slice(-REASON_CHARS_MAX)}`, {
            next: 'Run the same command by hand to see all of its output.',
            cause: error,
          }),
        );
      },
    );
  });
}

/** Resolves when the child has exited, at once if it already has. */
export function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

const GRACE_MS = 10_000;

/** Asks the child to end, waits, and ends it the hard way after ten seconds. */
export async function endChild(child: ChildProcess): Promise<void> {
  const gone = exited(child);
  child.ref();
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(hard);
}

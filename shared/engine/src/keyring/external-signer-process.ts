import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readLines } from './external-signer-lines.js';

export interface SignerProcess {
  readonly pid: number | undefined;
  /** Sends a line. */
  say(line: string): void;
  /** Asks it to end by ending its input, without waiting. */
  finish(): void;
  /**
   * Kills it: SIGTERM at first unless it is to be SIGKILL at once, and SIGKILL if it is still there after a second. Nothing
   * it answers from then on is read.
   */
  kill(how: 'asking first' | 'at once'): void;
  /** When it is gone, or has never been. */
  readonly gone: Promise<void>;
}

export interface SignerHearing {
  /** A line of its standard output. */
  answered(line: string): void;
  /** A line of its standard error, within what may be told. */
  said(line: string): void;
  /** Its standard error, beyond that, since this was last told. */
  dropped(bytes: number): void;
  /** It has ended by itself, or is no longer to be listened to. */
  failed(why: string, how: 'asking first' | 'at once'): void;
}

/** From SIGTERM to SIGKILL. */
const killAfterMs = 1_000;
const lastWordsMs = 500;

/** Of its standard error: so much of each second is told, the rest is dropped, and who writes this much is ended. */
export const errorLimits = { toldBytesPerSecond: 16_384, bytesPerSecondMax: 1_048_576 } as const;

/**
 * Starts the program of an external signer. After `failed` nothing more is heard of it.
 * @param command the program, absolute, with its arguments; no shell
 */
export function startSigner(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  hearing: SignerHearing,
): SignerProcess {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: 'pipe' });
  let isHeard = true;
  let killing: NodeJS.Timeout | undefined;
  const fail = (why: string, how: 'asking first' | 'at once' = 'at once'): void => {
    if (!isHeard) return;
    isHeard = false;
    hearing.failed(why, how);
  };
  // A program that cannot be started emits no exit.
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => child.pid === undefined && resolve());
  });
  child.on('error', (fault) => fail(fault.message));
  child.once('exit', (code, signal) => {
    clearTimeout(killing);
    fail(`it ended with ${code ?? signal}`);
    // Its last words are still read; but what it has started may hold its pipes open for ever.
    setTimeout(() => child.stderr.destroy(), lastWordsMs).unref();
  });
  child.stdin.on('error', () => fail('it does not read'));
  readLines(child.stdout, {
    line: (line) => isHeard && hearing.answered(line),
    tooLong: () => fail('a line is too long'),
  });
  hearErrors(child, hearing, fail);
  return {
    pid: child.pid,
    gone,
    say: (line) => void child.stdin.write(`${line}\n`),
    finish: () => void child.stdin.end(),
    kill(how) {
      isHeard = false;
      child.stdin.destroy();
      child.stdout.destroy();
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (how === 'at once') {
        child.stderr.destroy();
        child.kill('SIGKILL');
        return;
      }
      child.kill('SIGTERM');
      killing ??= setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    },
  };
}

/** Tells what stands on standard error at a rate, so that a program that writes without end fills no log and no memory. */
function hearErrors(
  { stderr }: ChildProcessWithoutNullStreams,
  hearing: SignerHearing,
  fail: (why: string) => void,
): void {
  let secondBeganMs = Number.NEGATIVE_INFINITY;
  let [bytes, told, dropped] = [0, 0, 0];
  const tellDropped = (): void => {
    if (dropped > 0) hearing.dropped(dropped);
    dropped = 0;
  };
  const tick = (): void => {
    const nowMs = performance.now();
    if (nowMs - secondBeganMs < 1_000) return;
    tellDropped();
    [secondBeganMs, bytes, told] = [nowMs, 0, 0];
  };
  stderr.on('data', (chunk: Buffer | string) => {
    tick();
    bytes += Buffer.byteLength(chunk);
    if (bytes > errorLimits.bytesPerSecondMax)
      fail(`it wrote more than ${errorLimits.bytesPerSecondMax} bytes to standard error within a second`);
  });
  const line = (said: string): void => {
    const size = Buffer.byteLength(said) + 1;
    if (told + size > errorLimits.toldBytesPerSecond) dropped += size;
    else {
      told += size;
      hearing.said(said);
    }
  };
  const tooLong = (size: number): void => {
    dropped += size;
  };
  readLines(stderr, { line, tooLong });
  stderr.once('close', tellDropped);
}

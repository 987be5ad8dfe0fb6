import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { armWatchdog } from '@marketops/local';
import { CliError } from '../errors.js';
import { lineReader } from './lines.js';
import { keepLog } from './process-log.js';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** A Node program to run as a process of its own. */
export interface ProcessSpec {
  readonly name: string;
  readonly program: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Its standard output and standard error are appended here. */
  readonly logFile: string;
  /** Whether this line of JSON on its standard output says that it is ready. */
  readonly isReady: (line: JsonRecord) => boolean;
  readonly readyLimitMs?: number;
}

interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly pid: number;
  /** The line it said that it was ready with. */
  readonly ready: JsonRecord;
  readonly ended: Promise<ProcessEnd>;
  /** Asks it to end, and ends it the hard way when it has not within `graceMs`. Only ever this one process. */
  stop(graceMs?: number): Promise<ProcessEnd>;
  /** SIGKILL, as a crash would be. */
  kill(): Promise<ProcessEnd>;
}

/**
 * Events are short-lived objects by the thousand: a larger nursery (MiB) lets them die young (docs/performance.md).
 */
const runtimeFlags = ['--max-semi-space-size=32'];
const readyLimitMsDefault = 30_000;
const graceMsDefault = 10_000;

/**
 * Starts a program and waits for its ready line. It has a session of its own, so that Ctrl-C at the terminal reaches us
 * alone and we stop the processes in order; a watchdog ends it when we die, however we die.
 * @throws CliError `process_start_failed` with the last thing it said.
 */
export async function startProcess(spec: ProcessSpec, signal?: AbortSignal): Promise<RunningProcess> {
  signal?.throwIfAborted();
  mkdirSync(dirname(spec.logFile), { recursive: true, mode: 0o700 });
  const child = spawn(process.execPath, [...runtimeFlags, spec.program, ...(spec.args ?? [])], {
    cwd: spec.cwd,
    env: { ...spec.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const closeLog = keepLog(spec.logFile, [child.stdout, child.stderr]);
  const ended = endOf(child).finally(closeLog);
  const { pid } = child;
  if (pid === undefined) throw await ended.then(() => failed(spec, 'it could not be spawned'));
  const watchdog = armWatchdog(pid);
  void ended.then(() => watchdog.disarm());
  const running = { pid, ended, ...stopping(child, ended) };
  try {
    return { ...running, ready: await readyLine(child, ended, spec, signal) };
  } catch (fault) {
    await running.kill();
    throw fault;
  }
}

async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const spawnFailed = once(child, 'error').then((): ProcessEnd => ({ code: null, signal: null }));
  // `close` and not `exit`: by then its last words have been read.
  const exited = new Promise<ProcessEnd>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  return Promise.race([spawnFailed, exited]);
}

function stopping(child: ChildProcess, ended: Promise<ProcessEnd>): Pick<RunningProcess, 'stop' | 'kill'> {
  return {
    // `child.kill` does nothing once the process has been reaped, so a reused pid is never hit.
    async stop(graceMs = graceMsDefault) {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), graceMs);
      return ended.finally(() => clearTimeout(hard));
    },
    async kill() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

async function readyLine(
  child: ChildProcess,
  ended: Promise<ProcessEnd>,
  spec: ProcessSpec,
  signal: AbortSignal | undefined,
): Promise<JsonRecord> {
  const { readyLimitMs = readyLimitMsDefault } = spec;
  let lastWords = '';
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      child.stdout?.off('data', read);
      child.stderr?.off('data', hear);
    };
    const settle = (act: () => void) => {
      stop();
      act();
    };
    const read = lineReader((line) => {
      const said = parseRecord(line);
      if (said !== undefined && spec.isReady(said)) settle(() => resolve(said));
      else lastWords = wordsOf(said) ?? lastWords;
    });
    const hear = lineReader((line) => {
      // Of an uncaught error's many lines, the one that names it.
      if (lastWords === '' && /^\w*Error\b/.test(line)) lastWords = line.trim().slice(0, 500);
    });
    const timer = setTimeout(
      () => settle(() => reject(failed(spec, `it was not ready within ${readyLimitMs / 1_000} s`))),
      readyLimitMs,
    );
    const onAbort = () => settle(() => reject(signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout?.on('data', read);
    child.stderr?.on('data', hear);
    void ended.then(({ code, signal: by }) =>
      settle(() => reject(failed(spec, lastWords || `it ended with ${by ?? `code ${code}`}`))),
    );
  });
}

function parseRecord(line: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as JsonRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** What a log line of a fault says; the services' last line before they give up is such a one. */
function wordsOf(line: JsonRecord | undefined): string | undefined {
  const severe = line?.['level'] === 'fatal' || line?.['level'] === 'error';
  return severe && typeof line['msg'] === 'string' ? line['msg'].slice(0, 500) : undefined;
}

const failed = (spec: ProcessSpec, why: string) =>
  new CliError('process_start_failed', `${spec.name} did not start: ${why}`, {
    next: `Read ${spec.logFile}.`,
  });

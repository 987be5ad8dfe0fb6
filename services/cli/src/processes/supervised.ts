import { type Clock, systemClock } from '@marketops/engine';
import { reasonOf } from '@marketops/operator/words';
import { CliError } from '../errors.js';
import type { ProcessName } from './names.js';
import { type JsonRecord, type ProcessSpec, type RunningProcess, startProcess } from './process.js';

export type ProcessState = 'starting' | 'running' | 'waiting' | 'down' | 'stopped';

/** Something that happened to a process, or to the Redis of the system, to be told to whoever watches. */
export interface ProcessChange {
  readonly name: ProcessName | 'redis';
  readonly state: ProcessState;
  readonly pid?: number;
  /** Why it is waiting or down. */
  readonly reason?: string;
  /** Until the next start, where it is waiting. */
  readonly delayMs?: number;
}

/**
 * One process and its life:
 *
 *     stopped ── start ──▶ starting ── ready line ──▶ running ── crash ──▶ waiting ── backoff ──▶ starting
 *                             │                          │  kill (by us)
 *                             └── fails the first time:  └──▶ down ── restart ──▶ starting
 *                                 the start throws
 *
 * `stop` leads to `stopped` from everywhere. A crash is only what we did not do ourselves. The waits are 0.2 s, 0.4 s …
 * up to 10 s, and begin anew after a process has run for 30 s.
 */
export interface Supervised {
  readonly name: ProcessName;
  readonly state: ProcessState;
  readonly pid: number | undefined;
  /** The ready line of the process that runs, or ran last. */
  readonly ready: JsonRecord | undefined;
  /** How often it has been started again after a crash. */
  readonly restarts: number;
  start(signal?: AbortSignal): Promise<void>;
  /** SIGKILL; it stays down until `restart`. */
  kill(): Promise<void>;
  /** Stops it where it runs, starts it, and returns when it is ready. */
  restart(): Promise<void>;
  stop(graceMs?: number): Promise<void>;
}

const backoffFirstMs = 200;
const backoffMaxMs = 10_000;
const steadyMs = 30_000;

export function supervise(options: {
  readonly name: ProcessName;
  /** Asked before every start: a port may be known by then. */
  readonly spec: () => ProcessSpec;
  readonly restartCrashed: boolean;
  readonly onChange: (change: ProcessChange) => void;
  readonly clock?: Clock;
}): Supervised {
  const { name, spec, restartCrashed, onChange, clock = systemClock } = options;
  let state: ProcessState = 'stopped';
  let running: RunningProcess | undefined;
  /** The start under way, so that whoever interrupts it can wait until its process has gone. */
  let starting: Promise<unknown> = Promise.resolve();
  let ready: JsonRecord | undefined;
  let restarts = 0;
  let crashesInARow = 0;
  // Aborted whenever somebody else decides what happens next, so that no backoff starts a process behind their back.
  let life = new AbortController();

  const enter = (next: ProcessState, more: Omit<ProcessChange, 'name' | 'state'> = {}) => {
    state = next;
    onChange({ name, state, ...more });
  };

  const begin = async (mine: AbortSignal): Promise<void> => {
    enter('starting');
    const start = startProcess(spec(), mine);
    starting = start.catch(() => undefined);
    const started = await start;
    running = started;
    ready = started.ready;
    const sinceMs = clock.nowMs();
    enter('running', { pid: started.pid });
    void started.ended.then(({ code, signal }) => {
      if (running === started) running = undefined;
      if (mine.aborted) return;
      if (clock.nowMs() - sinceMs >= steadyMs) crashesInARow = 0;
      void crashed(mine, `it ended with ${signal ?? `code ${code}`}`);
    });
  };

  const crashed = async (mine: AbortSignal, reason: string): Promise<void> => {
    if (!restartCrashed) return enter('down', { reason });
    const delayMs = Math.min(backoffFirstMs * 2 ** crashesInARow, backoffMaxMs);
    crashesInARow += 1;
    enter('waiting', { reason, delayMs });
    await clock.sleep(delayMs, mine);
    if (mine.aborted) return;
    restarts += 1;
    try {
      await begin(mine);
    } catch (fault) {
      if (!mine.aborted) await crashed(mine, reasonOf(fault));
    }
  };

  /** For a start that somebody waits for: it is theirs to try again. */
  const beginOrDown = (mine: AbortSignal): Promise<void> =>
    begin(mine).catch((fault: unknown) => {
      enter('down', { reason: reasonOf(fault) });
      throw fault;
    });

  const takeOver = async (): Promise<AbortSignal> => {
    life.abort(stoppedMeanwhile(name));
    life = new AbortController();
    const { signal } = life;
    await starting;
    return signal;
  };

  return {
    name,
    get state() {
      return state;
    },
    get pid() {
      return running?.pid;
    },
    get ready() {
      return ready;
    },
    get restarts() {
      return restarts;
    },
    async start(signal) {
      const mine = await takeOver();
      await beginOrDown(signal === undefined ? mine : AbortSignal.any([mine, signal]));
    },
    async kill() {
      await takeOver();
      await running?.kill();
      enter('down', { reason: 'killed' });
    },
    async restart() {
      const mine = await takeOver();
      await running?.stop();
      crashesInARow = 0;
      await beginOrDown(mine);
    },
    async stop(graceMs) {
      await takeOver();
      await running?.stop(graceMs);
      if (state !== 'stopped') enter('stopped');
    },
  };
}

const stoppedMeanwhile = (name: string) =>
  new CliError('process_stopped', `${name} was stopped while it started`, { next: 'Nothing to do.' });

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LocalError, reasonOf } from '../local-error.js';
import {
  type PrivateRedis,
  type PrivateRedisOptions,
  type ServerEnd,
  startPrivateRedis,
} from './private-redis.js';
import type { RedisServer } from './redis-server.js';

/** What became of a kept server after its first start; `down` is for good. */
export interface RedisChange {
  readonly state: 'waiting' | 'running' | 'down';
  readonly pid?: number;
  /** Why it is waiting or down. */
  readonly reason?: string;
  /** Until the next start, where it is waiting. */
  readonly delayMs?: number;
}

/** How long to go on with a server that keeps ending. */
export interface Patience {
  /** Before the first start anew; doubled with every further one in a row. */
  readonly firstDelayMs: number;
  /** A server that has run for this long is well: the next end is the first again. */
  readonly steadyMs: number;
  /** So many ends in a row, and it is given up. */
  readonly endsMax: number;
}

/** Waits of 0.2, 0.4, 0.8, 1.6 and 3.2 s. */
const patienceDefault: Patience = { firstDelayMs: 200, steadyMs: 30_000, endsMax: 6 };

export interface KeptRedis extends Pick<PrivateRedis, 'url' | 'socket' | 'dataDir' | 'stop'> {
  /** Of the server that runs now; undefined while none does. */
  readonly pid: number | undefined;
  /** Resolves, with why, when it has been given up. */
  readonly lost: Promise<LocalError>;
}

/**
 * A private Redis that is started again when it ends by itself, over the same data and at the same socket, so that its
 * clients find it again with all that it had acknowledged:
 *
 *     running ── ends ──▶ waiting ── backoff ──▶ starting ──▶ running
 *                            ▲                      │ fails
 *                            └──────────────────────┘
 *     waiting ── too many ends in a row ──▶ down, `lost`
 *
 * A start that fails counts as an end. `stop` leads out from everywhere.
 * @throws LocalError of the first start, which is the caller's to try again
 */
export async function keepRedis(
  server: RedisServer,
  options: PrivateRedisOptions,
  { onChange, patience = patienceDefault }: { onChange(change: RedisChange): void; patience?: Patience },
): Promise<KeptRedis> {
  const stopping = new AbortController();
  const first = await startPrivateRedis(server, options);
  const { url, socket, dataDir } = first;
  let running: PrivateRedis | undefined = first;
  let endsInARow = 0;

  /** The reason of its end. */
  const watch = async (redis: PrivateRedis): Promise<string> => {
    const sinceMs = performance.now();
    const end = await redis.ended;
    running = undefined;
    if (performance.now() - sinceMs >= patience.steadyMs) endsInARow = 0;
    return howItEnded(end);
  };
  const startAgain = async (): Promise<string> => {
    try {
      running = await startPrivateRedis(server, { ...options, socket });
    } catch (fault) {
      return reasonOf(fault);
    }
    // `stop` came while it started, and found nothing to stop.
    if (stopping.signal.aborted) await running.stop();
    else onChange({ state: 'running', pid: running.pid });
    return watch(running);
  };

  /** Resolves with the last reason when it has been given up, with undefined when it was stopped. */
  const keep = async (): Promise<string | undefined> => {
    let reason = await watch(first);
    while (!stopping.signal.aborted) {
      endsInARow += 1;
      if (endsInARow >= patience.endsMax) return reason;
      const delayMs = patience.firstDelayMs * 2 ** (endsInARow - 1);
      onChange({ state: 'waiting', reason, delayMs });
      await pause(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) break;
      reason = await startAgain();
    }
    return undefined;
  };

  let giveUp: (fault: LocalError) => void = () => {};
  const lost = new Promise<LocalError>((resolve) => {
    giveUp = resolve;
  });
  const over = keep().then((reason) => {
    if (reason === undefined) return;
    onChange({ state: 'down', reason });
    giveUp(givenUp(dataDir, endsInARow, reason));
  });
  return {
    ...{ url, socket, dataDir, lost },
    get pid() {
      return running?.pid;
    },
    async stop() {
      stopping.abort();
      await running?.stop();
      await over;
    },
  };
}

const howItEnded = ({ code, signal }: ServerEnd): string => `it ended with ${signal ?? `code ${code}`}`;

const givenUp = (dataDir: string, ends: number, reason: string): LocalError =>
  new LocalError('redis_lost', `The private Redis over ${dataDir} ended ${ends} times in a row: ${reason}`, {
    next: `Read ${join(dataDir, 'redis.log')}, see to what ends it (memory, a full disk, another program), and start again: its data is kept.`,
  });

/** Time as a port: deciders get a value, shells get this, tests step it. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

export interface StepClock extends Clock {
  /** Moves time forward and wakes whoever was due, in order of their deadlines. */
  step(ms: number): void;
}

/** A clock that stands until it is told to move. */
export function stepClock(startMs: number): StepClock {
  let now = startMs;
  const sleepers = new Set<{ atMs: number; wake: () => void }>();
  return {
    nowMs: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true || ms <= 0) return resolve();
        const sleeper = { atMs: now + ms, wake: () => finish() };
        const finish = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', finish, { once: true });
      }),
    step(ms) {
      now += ms;
      for (const sleeper of [...sleepers].sort((a, b) => a.atMs - b.atMs))
        if (sleeper.atMs <= now) sleeper.wake();
    },
  };
}

export const isoTime = (ms: number): string => new Date(ms).toISOString();

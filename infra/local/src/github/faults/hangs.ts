import type { ServerResponse } from 'node:http';

/** One request that was made to wait by `hang_before`, `hang_after` or `late_commit`. */
export interface Hang {
  readonly id: number;
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  /** What GitHub says, or would have said; null while nothing has been done. */
  status: number | null;
  /** Whether it was done: its effect stands, whatever the client heard. */
  committed: boolean;
  /** Whether the client left before an answer was sent. */
  client_gone: boolean;
  /** `dropped`: the connection was cut. `settled`: answered, or, where nobody waited any more, only done. */
  state: 'held' | 'dropped' | 'settled';
}

export type Release = 'proceed' | 'drop';
export const hangEvents = ['held', 'committed', 'client_gone', 'settled'] as const;
/** What one can wait for; `held` counts every request that was ever made to wait. */
export type HangEvent = (typeof hangEvents)[number];

export interface Held {
  readonly hang: Hang;
  /** Resolves when somebody says how it goes on. */
  readonly released: Promise<Release>;
  readonly clientGone: Promise<void>;
  changed(): void;
}

const hangsMax = 10_000;

const hasHappened: Readonly<Record<HangEvent, (hang: Hang) => boolean>> = {
  held: () => true,
  committed: (hang) => hang.committed,
  client_gone: (hang) => hang.client_gone,
  settled: (hang) => hang.state === 'settled',
};

/** The requests that wait, and who waits for them. */
export class Hangs {
  readonly #all: { readonly hang: Hang; readonly release: (how: Release) => void }[] = [];
  readonly #watchers = new Set<() => void>();
  #next = 1;

  /** In the order they arrived. */
  get all(): readonly Readonly<Hang>[] {
    return this.#all.map(({ hang }) => hang);
  }

  hold(about: Pick<Hang, 'kind' | 'method' | 'path'>, response: ServerResponse): Held {
    const hang: Hang = {
      id: this.#next,
      ...about,
      status: null,
      committed: false,
      client_gone: response.destroyed,
      state: 'held',
    };
    this.#next += 1;
    let release: (how: Release) => void = () => undefined;
    const released = new Promise<Release>((resolve) => {
      release = resolve;
    });
    const clientGone = new Promise<void>((resolve) => {
      const gone = (): void => {
        if (!response.writableFinished) hang.client_gone = true;
        this.#changed();
        resolve();
      };
      if (response.destroyed) gone();
      else response.once('close', gone);
    });
    this.#all.push({ hang, release });
    if (this.#all.length > hangsMax) this.#all.shift();
    return { hang, released, clientGone, changed: () => this.#changed() };
  }

  /** Lets one go on, or every one that waits; says how many. `drop` cuts the connection; what was done stays done. */
  release(how: Release, id?: number): number {
    const waiting = this.#all.filter(
      ({ hang }) => hang.state === 'held' && (id === undefined || hang.id === id),
    );
    for (const { release } of waiting) release(how);
    return waiting.length;
  }

  /** Resolves with all of them as soon as `count` have come so far. Rejects after the time. */
  until(event: HangEvent, count = 1, timeoutMs = 30_000): Promise<readonly Readonly<Hang>[]> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle();
      };
      const look = (): void => {
        const happened = this.#all.filter(({ hang }) => hasHappened[event](hang)).length;
        if (happened >= count) done(() => resolve(this.all));
      };
      const timer = setTimeout(() => {
        const message = `Fewer than ${count} requests were ${event} within ${timeoutMs} ms.`;
        done(() => reject(new Error(message)));
      }, timeoutMs);
      this.#watchers.add(look);
      look();
    });
  }

  /** Drops whatever waits and forgets it all. */
  reset(): void {
    this.release('drop');
    this.#all.length = 0;
    this.#next = 1;
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look();
  }
}

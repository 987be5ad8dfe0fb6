import { ConsoleError } from '../errors.js';

interface Bucket {
  tokens: number;
  atMs: number;
}

/** So many callers are remembered; beyond, those who have been away longest are forgotten, and they begin with a full bucket. */
const bucketsMax = 20_000;

/** Token buckets: `perMinute` requests on average, all of a minute's at once at most. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Takes one. @returns undefined, or the seconds until there is one again */
  take(who: string, nowMs: number, tokens = 1): number | undefined {
    const rate = this.#perMinute / 60_000;
    const bucket = this.#buckets.get(who) ?? { tokens: this.#perMinute, atMs: nowMs };
    bucket.tokens = Math.min(this.#perMinute, bucket.tokens + Math.max(0, nowMs - bucket.atMs) * rate);
    bucket.atMs = nowMs;
    // Set anew, so that the map's order is that of the last use.
    this.#buckets.delete(who);
    this.#buckets.set(who, bucket);
    if (this.#buckets.size > bucketsMax) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    if (bucket.tokens < tokens) return Math.max(1, Math.ceil((tokens - bucket.tokens) / rate / 1_000));
    bucket.tokens -= tokens;
    return undefined;
  }

  /** @throws ConsoleError `rate_limited` */
  demand(who: string, nowMs: number, what: string): void {
    const seconds = this.take(who, nowMs);
    if (seconds === undefined) return;
    throw new ConsoleError('rate_limited', `too many requests ${what}: at most ${this.#perMinute} a minute`, {
      next: `Come again in ${seconds} s.`,
      retry: 'transient',
      retryAfter: seconds,
    });
  }
}

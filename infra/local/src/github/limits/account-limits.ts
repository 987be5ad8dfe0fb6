import type { RateLimitStatus } from '../call.js';
import type { ResolvedLimits } from './options.js';
import { FixedWindow, SlidingWindow } from './window.js';

const hitKinds = [
  ...(['primary', 'points_per_minute', 'creates_per_minute', 'creates_per_hour', 'concurrent'] as const),
  /** A request sent while the last secondary limit's `retry-after` still ran. */
  'while_limited',
] as const;
export type HitKind = (typeof hitKinds)[number];
export type Hits = Record<HitKind, number>;

export const noHits = (): Hits => ({
  primary: 0,
  points_per_minute: 0,
  creates_per_minute: 0,
  creates_per_hour: 0,
  concurrent: 0,
  while_limited: 0,
});

const hourMs = 3_600_000;
const minuteMs = 60_000;
const creating = new Set(['POST', 'PATCH', 'PUT']);
const isRead = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method);
const pointsOf = (method: string): number => (isRead(method) ? 1 : 5);

/** The limits of one token, or of one App installation: what it used, and what it hit. */
export class AccountLimits {
  readonly hits = noHits();
  readonly #limits: ResolvedLimits;
  readonly #enforced: boolean;
  readonly #primary: FixedWindow;
  readonly #points: SlidingWindow;
  readonly #createsMinute: SlidingWindow;
  readonly #createsHour: SlidingWindow;
  #running = 0;
  #runningPeak = 0;
  #requests = 0;
  #notModified = 0;
  #firstAtMs = 0;
  #lastAtMs = 0;
  #lastWriteMs: number | null = null;
  #shortestGapMs: number | null = null;
  #closeWrites = 0;
  #limitedUntilMs = 0;

  constructor(limits: ResolvedLimits, enforced: boolean) {
    const scale = limits.time_scale;
    this.#limits = limits;
    this.#enforced = enforced;
    this.#primary = new FixedWindow(limits.primary_per_hour, hourMs * scale);
    this.#points = new SlidingWindow(limits.points_per_minute, minuteMs * scale);
    this.#createsMinute = new SlidingWindow(limits.creates_per_minute, minuteMs * scale);
    this.#createsHour = new SlidingWindow(limits.creates_per_hour, hourMs * scale);
  }

  /**
   * Counts one request that arrives and says which limit it hits, if any. A request that hits one counts for none. One
   * that hits none runs until `leave`.
   *
   * @param cost 0 where GitHub does not count it against the primary limit
   */
  enter(method: string, cost: 0 | 1, nowMs: number): HitKind | undefined {
    this.#requests += 1;
    this.#firstAtMs = this.#requests === 1 ? nowMs : this.#firstAtMs;
    this.#lastAtMs = nowMs;
    const creates = creating.has(method) ? 1 : 0;
    const hit = this.#enforced ? this.#hitBy(method, creates, cost, nowMs) : undefined;
    if (hit !== undefined) {
      this.hits[hit] += 1;
      // Coming back too early does not make the wait longer; it is told apart from the hits, and counted.
      if (hit !== 'primary' && hit !== 'while_limited') this.#limitedUntilMs = nowMs + this.retryAfterMs;
      return hit;
    }
    this.#primary.add(nowMs, cost);
    if (this.#enforced) {
      this.#points.add(nowMs, pointsOf(method));
      this.#createsMinute.add(nowMs, creates);
      this.#createsHour.add(nowMs, creates);
      if (!isRead(method)) this.#write(nowMs);
    }
    this.#running += 1;
    this.#runningPeak = Math.max(this.#runningPeak, this.#running);
    return undefined;
  }

  leave(): void {
    this.#running -= 1;
  }

  /** A request that was answered 304 costs nothing of the primary limit. */
  refund(nowMs: number): void {
    this.#primary.add(nowMs, -1);
    this.#notModified += 1;
  }

  /** How long a secondary limit lasts. */
  get retryAfterMs(): number {
    return this.#limits.retry_after_s * 1_000 * this.#limits.time_scale;
  }

  /** What is left of the wait, in whole seconds and at least one, as GitHub writes it. */
  retryAfterS(nowMs: number): number {
    return Math.max(1, Math.ceil((this.#limitedUntilMs - nowMs) / 1_000));
  }

  /** Where nothing is enforced the headers count down and stay at 1: a load test would be at 0 within a second. */
  status(nowMs: number): RateLimitStatus {
    const { limit } = this.#primary;
    const used = Math.min(this.#primary.used(nowMs), this.#enforced ? limit : limit - 1);
    const resetsAt = Math.ceil(this.#primary.endsAtMs(nowMs) / 1_000);
    return { limit, used, remaining: limit - used, resetsAt };
  }

  report(caller: string, nowMs: number) {
    return {
      caller,
      requests: this.#requests,
      not_modified: this.#notModified,
      first_at_ms: this.#firstAtMs,
      last_at_ms: this.#lastAtMs,
      primary: this.#primary.report(nowMs),
      points_per_minute: this.#points.report(nowMs),
      creates_per_minute: this.#createsMinute.report(nowMs),
      creates_per_hour: this.#createsHour.report(nowMs),
      concurrent: { limit: this.#limits.concurrent, used: this.#running, peak: this.#runningPeak },
      writes: {
        gap_ms: this.#limits.write_gap_ms * this.#limits.time_scale,
        shortest_gap_ms: this.#shortestGapMs,
        too_close: this.#closeWrites,
      },
      hits: { ...this.hits },
    };
  }

  #hitBy(method: string, creates: number, cost: number, nowMs: number): HitKind | undefined {
    if (nowMs < this.#limitedUntilMs) return 'while_limited';
    if (this.#running >= this.#limits.concurrent) return 'concurrent';
    if (!this.#points.fits(nowMs, pointsOf(method))) return 'points_per_minute';
    if (!this.#createsMinute.fits(nowMs, creates)) return 'creates_per_minute';
    if (!this.#createsHour.fits(nowMs, creates)) return 'creates_per_hour';
    return this.#primary.used(nowMs) + cost > this.#primary.limit ? 'primary' : undefined;
  }

  #write(nowMs: number): void {
    if (this.#lastWriteMs !== null) {
      const gapMs = nowMs - this.#lastWriteMs;
      this.#shortestGapMs = Math.min(gapMs, this.#shortestGapMs ?? gapMs);
      if (gapMs < this.#limits.write_gap_ms * this.#limits.time_scale) this.#closeWrites += 1;
    }
    this.#lastWriteMs = nowMs;
  }
}

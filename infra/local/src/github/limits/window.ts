/** What is counted within any stretch of `windowMs`: a request fits while the last such stretch has room for it. */
export class SlidingWindow {
  readonly limit: number;
  readonly windowMs: number;
  /** The most there ever was within one stretch. */
  peak = 0;
  /** Everything counted. */
  total = 0;
  #used = 0;
  #head = 0;
  #entries: { readonly atMs: number; readonly weight: number }[] = [];

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.windowMs = windowMs;
  }

  used(nowMs: number): number {
    for (let at = this.#entries[this.#head]; at !== undefined; at = this.#entries[this.#head]) {
      if (at.atMs > nowMs - this.windowMs) break;
      this.#used -= at.weight;
      this.#head += 1;
    }
    if (this.#head > 1_024) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return this.#used;
  }

  fits(nowMs: number, weight: number): boolean {
    return this.used(nowMs) + weight <= this.limit;
  }

  add(nowMs: number, weight: number): void {
    if (weight === 0) return;
    this.#entries.push({ atMs: nowMs, weight });
    this.#used = this.used(nowMs) + weight;
    this.total += weight;
    this.peak = Math.max(this.peak, this.#used);
  }

  report(nowMs: number) {
    const { limit, peak, total } = this;
    return { limit, window_ms: this.windowMs, used: this.used(nowMs), peak, share: peak / limit, total };
  }
}

/** GitHub's primary limit: a window that begins with the first request after the last one ended. */
export class FixedWindow {
  readonly limit: number;
  readonly windowMs: number;
  peak = 0;
  total = 0;
  #used = 0;
  #endsAtMs = 0;

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.windowMs = windowMs;
  }

  /** When the window ends that `nowMs` falls into; begins one where none runs. */
  endsAtMs(nowMs: number): number {
    if (nowMs >= this.#endsAtMs) {
      this.#used = 0;
      this.#endsAtMs = nowMs + this.windowMs;
    }
    return this.#endsAtMs;
  }

  used(nowMs: number): number {
    this.endsAtMs(nowMs);
    return this.#used;
  }

  /** A negative weight takes back. */
  add(nowMs: number, weight: number): void {
    this.#used = Math.max(0, this.used(nowMs) + weight);
    this.total += weight;
    this.peak = Math.max(this.peak, this.#used);
  }

  report(nowMs: number) {
    const { limit, peak, total } = this;
    return { limit, window_ms: this.windowMs, used: this.used(nowMs), peak, share: peak / limit, total };
  }
}

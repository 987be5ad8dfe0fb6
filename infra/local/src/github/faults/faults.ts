export const faultKinds = [
  /** The socket is destroyed; nothing was done. */
  'reset_before',
  /** It is done, then the socket is destroyed. */
  'reset_after',
  'bad_gateway_before',
  /** It is done, then 502. */
  'bad_gateway_after',
  /** 500; nothing was done. */
  'server_error_before',
  /** Primary rate limit: 403, `x-ratelimit-remaining: 0`. */
  'rate_limited_403',
  /** Secondary rate limit: 429, `retry-after`. */
  'secondary_429',
  /** The same with the other status that GitHub uses for it. */
  'secondary_403',
  /** It is done at once, the answer comes late. */
  'slow',
  /** It is done late, even when the client has gone meanwhile. */
  'slow_before',
  /** 307 to `location`; nothing was done. */
  'redirect_307',
  /** It is done, then the answer comes `chunk_bytes` at a time, one piece every `delay_ms`. */
  'trickle',
  /** It is done, then the answer's body never ends: spaces follow it, `chunk_bytes` every `delay_ms`. */
  'endless',
  /** It is done, half of the answer's body is sent, and nothing more. */
  'stall',
  /** It is done, half of the answer's body is sent, and the connection is cut. */
  'cut_short',
  /** An upload breaks off: the asset stays as a `starter` with `kept_bytes` of its bytes, and the answer is 502. */
  'half_upload',
  /** It waits. Released, it is done and answered; dropped, nothing was done. See `Hangs`. */
  'hang_before',
  /** It is done, and the answer waits to be released or dropped. */
  'hang_after',
  /** It is done only when the client has gone, and `delay_ms` after that; never answered. */
  'late_commit',
  /** A list is answered as it was `lag_ms` ago, or before the writes that fewer than `lag_requests` reads have followed. */
  'stale_list',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One switch. In snake case, because the same form is used in process and over POST /_sim/faults. */
export interface FaultSwitch {
  readonly kind: FaultKind;
  /** One method, or `*` for all. Without it: writes (everything but GET and HEAD); for `stale_list` reads. */
  readonly method?: string;
  /** A regular expression over path and query. Without it: every path; for `stale_list` every list. */
  readonly path_pattern?: string;
  /** How often it strikes. 1 by default; without limit for `stale_list`, and where `probability` is given. */
  readonly count?: number;
  /** The first of the requests that fit to be struck: 1 by default; those before it are spared. */
  readonly nth?: number;
  /** 0…1, drawn from the seeded generator for each matching request. */
  readonly probability?: number;
  /** For `slow`, `slow_before`, `late_commit`: 1,000 by default, for `late_commit` 0. Between pieces: 10 by default. */
  readonly delay_ms?: number;
  /** For the rate limits: seconds until they end. 60 by default. */
  readonly retry_after_s?: number;
  /** For `redirect_307`. */
  readonly location?: string;
  /** For `trickle` (1 by default) and `endless` (16,384). */
  readonly chunk_bytes?: number;
  /** For `half_upload`: half of them by default. */
  readonly kept_bytes?: number;
  /** For `stale_list`. */
  readonly lag_ms?: number;
  /** For `stale_list`. */
  readonly lag_requests?: number;
}

export interface ArmedFault {
  readonly fault: FaultSwitch;
  readonly pattern: RegExp | null;
  left: number;
  fired: number;
  /** How many requests fitted so far, those spared included. */
  fitted: number;
}

/** What a fault is chosen by. */
export interface Target {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Whether the route searches. */
  readonly list: boolean;
}

/** mulberry32: small, seedable, good enough to choose victims. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

const isLasting = (fault: FaultSwitch): boolean =>
  fault.probability !== undefined || fault.kind === 'stale_list';

function fits({ fault, pattern }: ArmedFault, { method, path, list }: Target): boolean {
  const isStale = fault.kind === 'stale_list';
  if (fault.method === undefined ? isWrite(method) === isStale : !['*', method].includes(fault.method)) {
    return false;
  }
  return pattern === null ? !isStale || list : pattern.test(path);
}

/** What goes wrong, and when. The first armed switch that fits a request and strikes decides. */
export class FaultSwitches {
  #armed: ArmedFault[] = [];
  #random = generator(1);

  /** Adds a switch; those already armed stay. */
  arm(fault: FaultSwitch): void {
    this.#armed.push({
      fault,
      pattern: fault.path_pattern === undefined ? null : new RegExp(fault.path_pattern),
      left: fault.count ?? (isLasting(fault) ? Number.POSITIVE_INFINITY : 1),
      fired: 0,
      fitted: 0,
    });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Starts the generator behind `probability` again, so that a run can be repeated. */
  seed(seed: number): void {
    this.#random = generator(seed);
  }

  /** Every switch armed since the last `clear`, spent ones included, with how often it struck. */
  get armed(): readonly Readonly<ArmedFault>[] {
    return this.#armed;
  }

  /** Whether lists lag behind, so that what was has to be kept. */
  get hasStaleLists(): boolean {
    return this.#armed.some(({ fault, left }) => fault.kind === 'stale_list' && left > 0);
  }

  /** The fault that strikes this request, which spends it. */
  strike(target: Target): FaultSwitch | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (armed.left <= 0 || !fits(armed, target)) continue;
      armed.fitted += 1;
      if (armed.fitted < (fault.nth ?? 1)) continue;
      if (fault.probability !== undefined && this.#random() >= fault.probability) continue;
      armed.left -= 1;
      armed.fired += 1;
      return fault;
    }
    return undefined;
  }
}

export const faultKinds = [
  /** The socket is destroyed; nothing was done. */
  'reset_before',
  /** It is done, then the socket is destroyed. */
  'reset_after',
  'bad_gateway_before',
  /** It is done, then 502. */
  'bad_gateway_after',
  /** Primary rate limit: 403, `x-ratelimit-remaining: 0`. */
  'rate_limited_403',
  /** Secondary rate limit: 429, `retry-after`. */
  'secondary_429',
  /** It is done at once, the answer comes late. */
  'slow',
  /** It is done late, even when the client has gone meanwhile. */
  'slow_before',
  /** 307 to `location`; nothing was done. */
  'redirect_307',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One switch. In snake case, because the same form is used in process and over POST /_sim/faults. */
export interface FaultSwitch {
  readonly kind: FaultKind;
  /** One method, or `*` for all. Without it: writes (everything but GET and HEAD). */
  readonly method?: string;
  /** A regular expression over path and query. Without it: every path. */
  readonly path_pattern?: string;
  /** How often it strikes. 1 by default; without limit where `probability` is given. */
  readonly count?: number;
  /** 0…1, drawn from the seeded generator for each matching request. */
  readonly probability?: number;
  /** For `slow` and `slow_before`. */
  readonly delay_ms?: number;
  /** For the rate limits: seconds until they end. 60 by default. */
  readonly retry_after_s?: number;
  /** For `redirect_307`. */
  readonly location?: string;
}

export interface ArmedFault {
  readonly fault: FaultSwitch;
  readonly pattern: RegExp | null;
  left: number;
  fired: number;
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

/** What goes wrong, and when. The first armed switch that fits a request and strikes decides. */
export class FaultSwitches {
  #armed: ArmedFault[] = [];
  #random = generator(1);

  /** Adds a switch; those already armed stay. */
  arm(fault: FaultSwitch): void {
    this.#armed.push({
      fault,
      pattern: fault.path_pattern === undefined ? null : new RegExp(fault.path_pattern),
      left: fault.count ?? (fault.probability === undefined ? 1 : Number.POSITIVE_INFINITY),
      fired: 0,
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

  /** The fault that strikes this request, which spends it. */
  strike(method: string, path: string): FaultSwitch | undefined {
    for (const armed of this.#armed) {
      const { fault, pattern } = armed;
      if (armed.left <= 0) continue;
      const methodFits =
        fault.method === undefined ? isWrite(method) : fault.method === '*' || fault.method === method;
      if (!methodFits || (pattern !== null && !pattern.test(path))) continue;
      if (fault.probability !== undefined && this.#random() >= fault.probability) continue;
      armed.left -= 1;
      armed.fired += 1;
      return fault;
    }
    return undefined;
  }
}

import type { RateLimitStatus } from '../call.js';
import type { Problem } from '../problem.js';
import { AccountLimits, type Hits, noHits } from './account-limits.js';
import { gitHubLimits, type LimitOptions, type ResolvedLimits } from './options.js';
import { primaryLimitProblem, secondaryLimitProblem } from './problems.js';

/** One request that was let in or refused. */
export interface Admission {
  readonly refusal: Problem | undefined;
  /** Where the caller stands. Asked again after a refund it says the new state. */
  readonly status: () => RateLimitStatus;
  /** The answer was 304: the request costs nothing of the primary limit. */
  readonly refund: () => void;
  /** It no longer runs. Once or more. */
  readonly leave: () => void;
}

/**
 * GitHub's limits per token, or per App installation. Off until asked for: tests and load runs would meet them within
 * seconds. The headers count the primary limit in any case.
 */
export class GitHubLimits {
  readonly #first: LimitOptions | undefined;
  readonly #clock: () => Date;
  #limits: ResolvedLimits = gitHubLimits;
  #enforced = false;
  readonly #accounts = new Map<string, AccountLimits>();

  constructor(first: LimitOptions | undefined, clock: () => Date) {
    this.#first = first;
    this.#clock = clock;
    this.reset();
  }

  /** Enforces these from now on, or, with null, none. Every count starts over. */
  enforce(options: LimitOptions | null): void {
    this.#limits = { ...gitHubLimits, ...options };
    this.#enforced = options !== null;
    this.#accounts.clear();
  }

  /** As at the start. */
  reset(): void {
    this.enforce(this.#first ?? null);
  }

  /** @param caller whose limits the request uses */
  enter(caller: string, method: string, cost: 0 | 1): Admission {
    const account = this.#account(caller);
    const hit = account.enter(method, cost, this.#now());
    let running = hit === undefined;
    const refusalOf = (): Problem | undefined => {
      if (hit === undefined) return undefined;
      if (hit === 'primary') return primaryLimitProblem(named(caller), this.#limits.primary_status);
      return secondaryLimitProblem(account.retryAfterS(this.#now()), this.#limits.secondary_status);
    };
    return {
      refusal: refusalOf(),
      status: () => account.status(this.#now()),
      refund: () => {
        if (cost > 0) account.refund(this.#now());
      },
      leave: () => {
        if (running) account.leave();
        running = false;
      },
    };
  }

  /** Everything counted, as GET /_sim/limits answers it. */
  report() {
    const callers = [...this.#accounts].map(([caller, account]) => account.report(caller, this.#now()));
    const hits: Hits = noHits();
    for (const caller of callers) {
      for (const [kind, count] of Object.entries(caller.hits)) hits[kind as keyof Hits] += count;
    }
    return { enforced: this.#enforced ? this.#limits : null, hits, callers };
  }

  #now(): number {
    return this.#clock().getTime();
  }

  #account(caller: string): AccountLimits {
    const known = this.#accounts.get(caller);
    if (known !== undefined) return known;
    const made = new AccountLimits(this.#limits, this.#enforced);
    this.#accounts.set(caller, made);
    return made;
  }
}

/** As GitHub names whose limit it is. */
const named = (caller: string): string => {
  const [kind, id] = caller.split('/');
  return kind === 'installation' ? `installation ID ${id}` : 'user ID 1';
};

export type LimitReport = ReturnType<GitHubLimits['report']>;

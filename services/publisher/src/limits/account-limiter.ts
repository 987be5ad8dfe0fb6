import { randomUUID } from 'node:crypto';
import { type AccountBudget, type Clock, limitChannel, limitKeys } from '@marketops/engine';
import type { RequestOutcome } from '@marketops/github';
import { type Connection, type RunScript, scriptOf } from '../ports/redis-script.js';
import { readAnswer, type ScriptAnswer, type WaitReason } from './answers.js';
import { enterLua } from './lua/enter.js';
import { spendLua } from './lua/spend.js';
import { nothingTold, openUsageReport, type UsageReport, usageOf } from './usage-report.js';

const spendScript = scriptOf(spendLua);
const enterScript = scriptOf(enterLua);

/** What one request takes of the budget. */
export interface Spending {
  readonly points: number;
  /** True for everything but GET and HEAD. */
  readonly write: boolean;
  /** Of whose operation it is, where it is one's. */
  readonly waiter: string | undefined;
  /** Its turn came and went, and it has not been sent: it wants another, and pays once. */
  readonly missed?: Granted;
}

/** A turn. `atMs` is when it comes by Redis' clock. */
export interface Granted {
  readonly verdict: 'go';
  readonly id: string;
  readonly waitMs: number;
  readonly atMs: number;
}

/** An operation at the door. */
export interface Entrant {
  readonly waiter: string;
  readonly tenant: string;
  /** Of the queue: two jobs for one operation do not both wait. */
  readonly job: string;
  /** How many writes it needs at least. */
  readonly writes: number;
  /** It has begun before. */
  readonly resumes: boolean;
}

export type Turn = Granted | { readonly verdict: 'wait'; readonly waitMs: number; readonly why: WaitReason };

export type Entrance =
  | { readonly verdict: 'go' }
  | { readonly verdict: 'wait'; readonly waitMs: number; readonly why: WaitReason }
  | { readonly verdict: 'elsewhere' };

export interface LimiterOptions {
  readonly account: string;
  readonly budget: AccountBudget;
  readonly redis: Connection;
  readonly clock: Clock;
  /** How long a request may wait for its turn. */
  readonly waitMsMax: number;
  /** After how long a request counts as over, and an operation as gone, whatever became of it. */
  readonly requestLastsMs: number;
  readonly operationKeepsMs: number;
}

/** So often an operation that waits asks again, at least; it may have to be authorized anew meanwhile. */
const delayMsMax = 60_000;
const delayMsMin = 20;
/** How late it may be without losing its place in the line. */
const graceMs = 10_000;
/** More operations than that are not kept in line; they ask again later. */
const waitingMax = 10_000;
/** So many of each tenant stand in line even where it is full: what one has waiting closes it to no other. */
const waitingEach = 100;
/** No pause is longer, whoever says so; the provider says it again where it must. */
const pauseMsMax = 3_600_000;
/** Reads that an operation needs about, so that it does not begin in an hour that has none left. */
const requestsAbout = 10;
const toldAfterMs = 50;
/** After a question that failed. */
const toldAgainAfterMs = 1_000;
/** What timers of a busy process are late by. */
const timersLateMs = 100;

/**
 * The budget of one account in this process. The budget itself is in Redis, shared by all; here is what this process has spent of it
 * in the last hour, so that it can say so should Redis have lost it, and what is still to be told.
 */
export class AccountLimiter {
  readonly #options: LimiterOptions;
  readonly #keys: readonly string[];
  readonly #limits: Readonly<Record<string, number>>;
  readonly #telling = openUsageReport();
  readonly #process = randomUUID();
  #requests = 0;
  #life: string | undefined;
  /** Turns of this process's own writes, by Redis' clock, oldest first. */
  #spent: number[] = [];
  /** What GitHub said last, less what was spent since. */
  #said: { reset: number; limit: number; remaining: number; untilMs: number } | undefined;
  #pausedUntilMs = 0;
  #later: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: LimiterOptions) {
    this.#options = options;
    const { account, budget } = options;
    this.#keys = limitKeys(account);
    this.#limits = {
      primary_per_hour: budget.primaryPerHour,
      points_per_minute: budget.pointsPerMinute,
      writes_per_minute: budget.writesPerMinute,
      writes_per_hour: budget.writesPerHour,
      concurrent: budget.concurrentRequests,
      executions: budget.executions,
      hour_ms: budget.hourMs,
      minute_ms: budget.minuteMs,
      spacing_ms: budget.writeSpacingMs,
    };
  }

  /** So late a write may be for its turn: the next one's is not far. */
  get lateMsMax(): number {
    return Math.max(this.#options.budget.writeSpacingMs / 4, timersLateMs);
  }

  get waitMsMax(): number {
    return this.#options.waitMsMax;
  }

  /** How long the provider has asked this account to be left alone, as far as this process has heard. */
  get pausedForMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.#options.clock.nowMs());
  }

  /** Takes a turn for one request, or nothing. One round trip. @throws whatever Redis throws, or that it is away */
  async spend({ points, write, waiter, missed }: Spending): Promise<Turn> {
    this.#requests += 1;
    const id = missed?.id ?? `${this.#process}.${this.#requests}`;
    const cost =
      missed === undefined ? { points, primary: 1 } : { points: 0, primary: 0, missed: missed.atMs };
    const answer = await this.#ask(spendScript, {
      ...{ id, write, ...cost, lasts_ms: this.#options.requestLastsMs },
      ...(waiter === undefined ? {} : { waiter }),
    });
    if (answer.verdict === 'wait') return answer;
    if (answer.verdict !== 'go') return neverHere(answer.verdict);
    const { waitMs, atMs } = answer;
    if (write) this.#remember(atMs, missed?.atMs);
    if (missed === undefined && this.#said !== undefined)
      this.#said.remaining = Math.max(0, this.#said.remaining - 1);
    return { verdict: 'go', id, waitMs, atMs };
  }

  /** Lets an operation begin, or says when to ask again. @throws as `spend` */
  async enter({ waiter, tenant, job, writes, resumes }: Entrant): Promise<Entrance> {
    const answer = await this.#ask(enterScript, {
      ...{ waiter, tenant, job, writes, resumes, requests: requestsAbout },
      ...{ delay_ms_min: delayMsMin, delay_ms_max: delayMsMax, grace_ms: graceMs },
      ...{ waiting_max: waitingMax, waiting_each: waitingEach },
    });
    return answer.verdict === 'restore' ? neverHere(answer.verdict) : answer;
  }

  /** An operation is not under way any more. */
  leave(waiter: string): void {
    this.#tell({ left: [waiter] });
  }

  /** This job waits for the operation no longer; whether it ever did, Redis knows. */
  giveUp(waiter: string, job: string): void {
    this.#tell({ aside: [[waiter, job]] });
  }

  /** A request is over. A limit that was hit is told to everybody at once. */
  over(id: string, outcome: RequestOutcome): void {
    const told = usageOf(outcome);
    this.#tell({ over: [id], ...told });
    const { said } = told;
    if (said !== null) this.#said = { ...said, untilMs: this.#options.clock.nowMs() + said.in_ms };
    if (told.pause_ms === 0) return;
    this.pauseFor(told.pause_ms);
    this.#flush();
  }

  /** Somebody has heard that the account is to pause. */
  pauseFor(ms: number): void {
    this.#pausedUntilMs = Math.max(
      this.#pausedUntilMs,
      this.#options.clock.nowMs() + Math.min(ms, pauseMsMax),
    );
  }

  /** Tells what is still to be told, once; what cannot be told, or comes later, ends by its own time in Redis. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#later);
    this.#later = undefined;
    if (!this.#telling.isEmpty) await this.#report();
  }

  #tell(told: Partial<UsageReport>, afterMs = toldAfterMs): void {
    if (this.#isClosed) return;
    this.#telling.add(told);
    // The next question carries it; where none comes soon it goes by itself.
    this.#later ??= setTimeout(() => this.#flush(), afterMs);
    this.#later.unref();
  }

  #flush(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    if (!this.#telling.isEmpty) this.#report().catch(() => undefined);
  }

  async #report(): Promise<void> {
    await this.#ask(spendScript, { only_told: true });
  }

  async #ask(script: RunScript, question: Readonly<Record<string, unknown>>): Promise<ScriptAnswer> {
    const told = this.#telling.take();
    clearTimeout(this.#later);
    this.#later = undefined;
    try {
      const first = await this.#send(script, { ...question, ...told });
      if (first.verdict !== 'restore') return this.#lived(first);
      // Redis has lost the budget, or begun a new one without what is known here.
      return this.#lived(await this.#send(script, { ...question, ...told, ...this.#known(told) }));
    } catch (fault) {
      if (told !== nothingTold) this.#tell(told, toldAgainAfterMs);
      throw fault;
    }
  }

  async #send(script: RunScript, question: Readonly<Record<string, unknown>>): Promise<ScriptAnswer> {
    const { redis, account, waitMsMax, operationKeepsMs } = this.#options;
    const { said, ...others } = question;
    const ask = {
      ...others,
      // To a script null is something.
      ...(said == null ? {} : { said }),
      ...{ account, channel: limitChannel, limits: this.#limits, wait_ms_max: waitMsMax },
      ...{ keeps_ms: operationKeepsMs, process: this.#process },
      ...(this.#life === undefined ? {} : { life: this.#life }),
    };
    return readAnswer(await script(redis, this.#keys, JSON.stringify(ask)));
  }

  #lived(answer: ScriptAnswer): ScriptAnswer {
    if (answer.verdict !== 'restore') this.#life = answer.life;
    return answer;
  }

  /** What this process knows of the hour by itself. */
  #known(told: UsageReport): Pick<UsageReport, 'said'> & { readonly spent: readonly number[] } {
    if (this.#said === undefined) return { said: told.said, spent: this.#spent };
    const { untilMs, ...said } = this.#said;
    return {
      said: { ...said, in_ms: Math.max(0, untilMs - this.#options.clock.nowMs()) },
      spent: this.#spent,
    };
  }

  #remember(atMs: number, missed: number | undefined): void {
    const { hourMs, writesPerHour } = this.#options.budget;
    const counting = this.#spent.filter((at) => at > atMs - hourMs && at !== missed);
    this.#spent = [...counting, atMs].slice(-writesPerHour);
  }
}

function neverHere(verdict: string): never {
  throw new TypeError(`the script of the limits answered ${verdict}, which it cannot`);
}

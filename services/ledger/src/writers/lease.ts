import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '@marketops/engine';
import type { EventStore } from '@marketops/store';
import { LedgerError } from '../errors.js';
import { type Holder, holderOf, thisProcess } from './holder.js';

export interface LeasePorts {
  readonly store: Pick<EventStore, 'lease'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Pick<Logger, 'warn'>;
  /** How long a holder that is silent keeps it. */
  readonly lengthMs: number;
}

/** What a holder tells of itself. Anybody who can write Redis can say anything here: it decides nothing but how long is waited. */
export interface AboutHolder extends Holder {
  /** The folder of its claim, below `terms`; null until it has one. */
  readonly claim: string | null;
}

export function aboutOf(text: string): AboutHolder | undefined {
  const holder = holderOf(text);
  if (holder === undefined) return undefined;
  const { claim } = JSON.parse(text) as { claim?: unknown };
  const isClaim = typeof claim === 'string' && /^\d{10}\/[0-9a-f]{16}$/.test(claim);
  return { ...holder, claim: isClaim ? claim : null };
}

/** Renewed so often within its length: two answers may be lost before it is over. */
const renewalsPerLength = 3;

/** An end of the process does not wait for a store that is away. */
const giveWaitMs = 2_000;

interface LeaseWatch {
  /** Called once, when another holds the lease or this writer finds itself deposed. */
  readonly onLost: (fault: LedgerError) => void;
  /** Whether the writer has hung: then another is let in. */
  readonly isStuck: () => boolean;
  /** @throws LedgerError `deposed` */
  readonly check: () => Promise<void>;
}

/**
 * The writer's lease: for liveness only, so that a standby knows when to try. What is acknowledged, journaled and published
 * is safe without it (the term sees to that). Times are the store's own; here nothing is measured.
 *
 *     taken ──keep──▶ renewed at every third ── another holds it, or a higher term is claimed ──▶ lost
 *                        └── give ──▶ free for the next
 *
 * While the store is away nothing can be renewed, and nobody else can take it either. A store that has forgotten it gives it
 * back to whoever holds on.
 */
export class WriterLease {
  readonly id: string = randomUUID();
  #ports: LeasePorts;
  #claim: string | null = null;
  #watch: LeaseWatch | undefined;
  #lost: LedgerError | undefined;
  #keeping: Promise<void> | undefined;
  readonly #over = new AbortController();

  constructor(ports: LeasePorts) {
    this.#ports = ports;
  }

  /** For the others, beside the lease. */
  get about(): string {
    return JSON.stringify({ ...thisProcess(), claim: this.#claim } satisfies AboutHolder);
  }

  get lengthMs(): number {
    return this.#ports.lengthMs;
  }

  /** Renews it from now on, until `give`. */
  keep(): void {
    this.#keeping ??= this.#keep();
  }

  /** Tells the others under which claim this writer writes. */
  async claimed(claim: string): Promise<void> {
    this.#claim = claim;
    await this.#renew();
  }

  /** Calls back at once where it has been lost before. */
  watch(watch: LeaseWatch): void {
    this.#watch = watch;
    if (this.#lost !== undefined) watch.onLost(this.#lost);
  }

  /** Stops renewing, and lets the next one in at once; where the store is away, the next one waits for the lease's end. */
  async give(): Promise<void> {
    this.#over.abort();
    const { store, clock } = this.#ports;
    const given = (async () => {
      await this.#keeping;
      await store.lease({ action: 'give', holder: this.id });
    })();
    const waited = new AbortController();
    try {
      await Promise.race([given, clock.sleep(giveWaitMs, waited.signal)]);
    } finally {
      waited.abort();
      given.catch(() => undefined);
    }
  }

  async #keep(): Promise<void> {
    const { clock, lengthMs, log } = this.#ports;
    while (!this.#over.signal.aborted && this.#lost === undefined) {
      await clock.sleep(lengthMs / renewalsPerLength, this.#over.signal);
      if (this.#over.signal.aborted) return;
      try {
        await this.#watch?.check();
        if (this.#watch?.isStuck() === true) log.warn('the writer hangs: its lease is not renewed');
        else await this.#renew();
      } catch (fault) {
        if (fault instanceof LedgerError) this.#lose(fault);
        else log.warn({ fault }, 'the lease cannot be renewed; trying again');
      }
    }
  }

  /** @throws LedgerError `deposed` where another holds it */
  async #renew(): Promise<void> {
    const { store, lengthMs } = this.#ports;
    const { isMine, about } = await store.lease({
      ...{ action: 'hold', holder: this.id, lengthMs },
      about: this.about,
    });
    if (!isMine)
      throw new LedgerError('deposed', `Another ledger has taken the lease: ${whoIs(aboutOf(about))}.`);
  }

  #lose(fault: LedgerError): void {
    this.#lost = fault;
    this.#watch?.onLost(fault);
  }
}

export const whoIs = (holder: Holder | undefined): string =>
  holder === undefined ? 'it does not say who it is' : `process ${holder.pid} on ${holder.host}`;

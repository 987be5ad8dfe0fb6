import { type EventData, systemStream } from '@marketops/contracts';
import { appendAndEnqueue, type Engine, isoTime } from '@marketops/engine';
import { StoreError } from '@marketops/store';
import type { Caller } from './caller.js';

/** What was refused, and to whom. */
export interface Refusal {
  readonly code: string;
  /** `none` where no operation was meant. */
  readonly operation: string;
  readonly caller: Pick<Caller, 'kind' | 'id' | 'principal'> | undefined;
}

type Told = EventData<'access.refused'>;
interface Tally {
  first: Told;
  refusals: number;
}

/** Kinds of refusal kept apart between two events; beyond, they are counted together. */
const kindsMax = 200;
/** Events an hour: a day of flood is 1,440 entries of the ledger. */
const eventsPerHourMax = 60;
/** Of those, for refusals of nobody in particular: whoever needs no key cannot keep those of known callers untold. */
const anonymousPerHourMax = 30;
const conflictsMax = 8;

/**
 * Audit events for refusals of the API. The first of a kind (code, operation, who) is told at once, its repetitions once a minute
 * as a number, and in a flood everything together: nobody can fill the ledger by being refused, and no refusal goes uncounted.
 */
export class RefusalAudit {
  readonly #engine: Pick<Engine, 'store' | 'reader' | 'queues' | 'blobs' | 'appender' | 'clock' | 'log'>;
  #tallies = new Map<string, Tally>();
  readonly #seen = new Map<string, number>();
  #hour = { startMs: 0, events: 0, anonymous: 0 };
  #writing: Promise<void> = Promise.resolve();

  constructor(engine: Pick<Engine, 'store' | 'reader' | 'queues' | 'blobs' | 'appender' | 'clock' | 'log'>) {
    this.#engine = engine;
  }

  refused(refusal: Refusal): void {
    const nowMs = this.#engine.clock.nowMs();
    const told = toldOf(refusal, isoTime(nowMs));
    const key = `${told.code} ${told.operation} ${told.principal} ${told.api_key_id}`;
    const lately = (this.#seen.get(key) ?? 0) > nowMs - 60_000;
    this.#seen.delete(key);
    this.#seen.set(key, nowMs);
    if (this.#seen.size > kindsMax) this.#seen.delete(this.#seen.keys().next().value ?? '');
    if (!lately && this.#takeRoom(told, nowMs)) {
      this.#write([told]);
      return;
    }
    const crowded = this.#tallies.size >= kindsMax && !this.#tallies.has(key);
    const place = crowded ? '' : key;
    const tally = this.#tallies.get(place);
    if (tally === undefined) {
      const first = crowded
        ? { ...told, code: 'many', operation: 'none', principal: null, api_key_id: null }
        : told;
      this.#tallies.set(place, { first, refusals: 1 });
    } else tally.refusals += 1;
  }

  /** Once a minute, and when the process stops: what has been counted since. */
  async flush(): Promise<void> {
    const nowMs = this.#engine.clock.nowMs();
    const events: Told[] = [];
    for (const [key, { first, refusals }] of this.#tallies) {
      if (!this.#takeRoom(first, nowMs)) continue;
      this.#tallies.delete(key);
      events.push({ ...first, refusals });
    }
    if (events.length > 0) this.#write(events);
    await this.#writing;
  }

  #takeRoom({ principal }: Told, nowMs: number): boolean {
    if (nowMs - this.#hour.startMs >= 3_600_000) this.#hour = { startMs: nowMs, events: 0, anonymous: 0 };
    const isAnonymous = principal === null;
    if (this.#hour.events >= eventsPerHourMax) return false;
    if (isAnonymous && this.#hour.anonymous >= anonymousPerHourMax) return false;
    this.#hour.events += 1;
    if (isAnonymous) this.#hour.anonymous += 1;
    return true;
  }

  /** One after the other; a refusal stays one where the ledger cannot be told of it. */
  #write(events: readonly Told[]): void {
    this.#writing = this.#writing
      .then(() => this.#append(events))
      .catch((fault: unknown) =>
        this.#engine.log.warn({ fault, refusals: events }, 'refusals could not be recorded'),
      );
  }

  async #append(events: readonly Told[]): Promise<void> {
    const drafts = events.map((data) => ({ type: 'access.refused' as const, data }));
    for (let conflicts = 0; ; conflicts += 1) {
      const [view] = await this.#engine.reader.read([systemStream]);
      try {
        await appendAndEnqueue(this.#engine, {
          context: { tenantId: null, runId: null, mode: null, causationId: null, correlationId: null },
          streams: [{ stream: systemStream, afterSeq: view?.lastSeq ?? 0, events: drafts }],
          jobs: [],
        });
        return;
      } catch (fault) {
        const isFirst = fault instanceof StoreError && fault.code === 'append_conflict';
        if (!isFirst || conflicts >= conflictsMax) throw fault;
      }
    }
  }
}

const toldOf = ({ code, operation, caller }: Refusal, since: string): Told => ({
  code,
  operation,
  principal: caller?.principal ?? null,
  api_key_id: caller?.kind === 'api_key' ? caller.id : null,
  refusals: 1,
  since,
});

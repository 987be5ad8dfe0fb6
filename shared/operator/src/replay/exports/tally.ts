import type { MarketOpsEvent } from '@marketops/contracts';
import { peopleOf } from '../source/filter.js';
import { isProven, type RecordedEvent } from '../source/recorded.js';
import { rowOf } from './row.js';

/** How many of each an incident report lists; what is beyond is counted. */
const listedMax = 1_000;

/** A list of bounded length. */
export class Bounded<Value> {
  readonly values = new Map<string, Value>();
  /** How many there were no room for. */
  beyond = 0;

  /** @returns what stands under the key now; undefined where there is no room */
  upsert(key: string, make: () => Value, change: (value: Value) => Value = (value) => value): void {
    const known = this.values.get(key);
    if (known !== undefined) this.values.set(key, change(known));
    else if (this.values.size < listedMax) this.values.set(key, make());
    else this.beyond += 1;
  }
}

export interface ActorTally {
  readonly role: string;
  readonly events: number;
  readonly first: string;
  readonly last: string;
}

export interface ReceiptTally {
  readonly runId: string;
  readonly operationId: string;
  readonly fate: string;
  readonly entry: string;
}

export interface Noted {
  readonly entry: string;
  readonly time: string;
  readonly what: string;
}

/** What an incident report says at its end, gathered while its timeline is written. Bounded, however long the timeline. */
export class Tally {
  readonly actors = new Bounded<ActorTally>();
  readonly receipts = new Bounded<ReceiptTally>();
  readonly refusals = new Bounded<Noted>();
  readonly unproven = new Bounded<Noted>();
  events = 0;
  firstTime = '';
  lastTime = '';

  add(recorded: RecordedEvent): void {
    const { event } = recorded;
    this.events += 1;
    if (this.firstTime === '' || event.time < this.firstTime) this.firstTime = event.time;
    if (event.time > this.lastTime) this.lastTime = event.time;
    this.#actor(`${event.actor} (service)`, 'signed', event);
    for (const one of peopleOf(event)) this.#actor(one, 'named', event);
    this.#receipt(recorded);
    if (isRefusal(event)) this.refusals.upsert(event.id, () => notedOf(recorded));
    const why = unprovenBecause(recorded);
    if (why !== undefined)
      this.unproven.upsert(event.id, () => {
        const noted = notedOf(recorded);
        return { ...noted, what: `${why}: ${noted.what}` };
      });
  }

  #actor(name: string, role: string, { time }: MarketOpsEvent): void {
    this.actors.upsert(
      name,
      () => ({ role, events: 1, first: time, last: time }),
      (known) => ({
        ...known,
        events: known.events + 1,
        first: time < known.first ? time : known.first,
        last: time > known.last ? time : known.last,
      }),
    );
  }

  #receipt({ event, entry }: RecordedEvent): void {
    const [id, fate] = fateIn(event);
    if (id === undefined) return;
    const at = entry === null ? '' : String(entry.sequence);
    const made = () => ({
      ...{ runId: event.run_id ?? '', operationId: event.stream.split('/')[2] ?? '', fate, entry: at },
    });
    this.receipts.upsert(id, made, (known) => ({ ...known, fate, entry: at }));
  }
}

function notedOf(recorded: RecordedEvent): Noted {
  const { entry, time, runId, operationId, what } = rowOf(recorded);
  const where = [runId, operationId].filter((one) => one !== '').join(' ');
  return { entry, time, what: where === '' ? what : `${where}: ${what}` };
}

function fateIn(event: MarketOpsEvent): readonly [id: string | undefined, fate: string] {
  switch (event.type) {
    case 'receipt.issued':
      return [event.data.receipt.receipt_id, 'issued'];
    case 'operation.started':
      return [event.data.receipt_id, 'consumed'];
    case 'receipt.expired':
      return [event.data.receipt_id, 'expired'];
    case 'receipt.revoked':
      return [event.data.receipt_id, 'revoked'];
    case 'operation.succeeded':
    case 'operation.failed':
    case 'operation.refused':
    case 'operation.uncertain':
      return [event.data.audit.receipt_id ?? undefined, event.type.split('.')[1] ?? ''];
    default:
      return [undefined, ''];
  }
}

const refusing: ReadonlySet<string> = new Set([
  'gate.refused',
  'operation.refused',
  'receipt.advised',
  'receipt.revoked',
  'plan.rejected',
  'approval.denied',
  'operation.blocked',
  'access.refused',
]);
const isRefusal = ({ type }: MarketOpsEvent): boolean => refusing.has(type);

/** Why an event proves less than the others, or says itself that something is not known. */
function unprovenBecause(recorded: RecordedEvent): string | undefined {
  const { event, entry } = recorded;
  if (entry === null) return 'not in the ledger';
  if (!isProven(recorded)) return 'signed with a key that did not count';
  switch (event.type) {
    case 'gate.refused':
      return 'a claim nobody vouches for';
    case 'operation.uncertain':
      return 'nobody knows whether it happened';
    case 'effect.unreceipted':
      return 'no receipt allowed it';
    case 'effect.drifted':
      return 'somebody changed what was made';
    case 'stream.quarantined':
      return 'not correctly signed in Redis';
    default:
      return undefined;
  }
}

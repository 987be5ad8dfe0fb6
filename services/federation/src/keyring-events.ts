import {
  type EventDraft,
  Fault,
  type MarketOpsEvent,
  type PublicKey,
  systemStream,
} from '@marketops/contracts';
import { appendToSystem, type Engine, holderOf } from '@marketops/engine';

/** What `system` says of a key. */
interface SaidOfKey {
  readonly notAfter: string | undefined;
  readonly revokedAt: string | null;
}

const lookEveryMs = 1_000;
/** Of one append: a keyring may list a thousand keys when it is first told. */
const eventsMax = 100;

/**
 * Tells the ledger of the keyring: `key.added` (at the first start, for every key: the ledger knows the trust root it was
 * written under), `key.rotated` and `key.revoked`. What has been told is what stands on `system`, so that each is told
 * once however many federations look, and whenever one starts.
 */
export function recordKeyEvents(engine: Engine): void {
  const record = keyEventRecorder(engine);
  const turn = async (): Promise<void> => {
    try {
      await record();
    } catch (fault) {
      // Until the ledger has opened the partitions nothing can be told.
      if (!(fault instanceof Fault) || fault.retry !== 'hold') throw fault;
      engine.log.debug({ fault }, 'key events have to wait');
    }
  };
  engine.every(lookEveryMs, 'key events', turn);
}

/** @returns tells what has not been told; rejects where `system` cannot be read, believed or appended to */
export function keyEventRecorder({
  reader,
  appender,
  keyring,
}: Pick<Engine, 'reader' | 'appender' | 'keyring'>): () => Promise<void> {
  const said = new Map<string, SaidOfKey>();
  let lastSeq = 0;
  let compared: readonly PublicKey[] | undefined;

  const advance = async (): Promise<void> => {
    const view = await reader.readAfter(systemStream, lastSeq);
    for (const event of view.events) fold(said, event);
    lastSeq = view.lastSeq;
  };

  return async () => {
    const listed = keyring.list();
    // The same list was told whole before, and nobody takes back what was said of a key.
    if (listed === compared) return;
    const next = async () => {
      await advance();
      return { afterSeq: lastSeq, events: untold(said, listed).slice(0, eventsMax) };
    };
    while ((await appendToSystem(appender, next)).length > 0);
    compared = listed;
  };
}

function fold(said: Map<string, SaidOfKey>, event: MarketOpsEvent): void {
  switch (event.type) {
    case 'key.added': {
      const { key_id: id, not_after: notAfter, revoked_at: revokedAt } = event.data.key;
      said.set(id, { notAfter, revokedAt });
      break;
    }
    case 'key.rotated': {
      const { key_id: id, not_after: notAfter } = event.data;
      said.set(id, { revokedAt: said.get(id)?.revokedAt ?? null, notAfter });
      break;
    }
    case 'key.revoked': {
      const { key_id: id, revoked_at: revokedAt } = event.data;
      said.set(id, { notAfter: said.get(id)?.notAfter, revokedAt });
      break;
    }
    default:
  }
}

/** An end comes sooner and never later: of two federations the one with the older keyring has nothing to say. */
function untold(said: ReadonlyMap<string, SaidOfKey>, listed: readonly PublicKey[]): EventDraft[] {
  return listed.flatMap((key): EventDraft[] => {
    const known = said.get(key.key_id);
    if (known === undefined) return [{ type: 'key.added', data: { key } }];
    const events: EventDraft[] = [];
    const { key_id, not_after, revoked_at } = key;
    if (not_after !== undefined && (known.notAfter === undefined || not_after < known.notAfter)) {
      const replaced_by = successorOf(key, listed)?.key_id ?? null;
      events.push({ type: 'key.rotated', data: { key_id, replaced_by, not_after } });
    }
    if (revoked_at !== null && (known.revokedAt === null || revoked_at < known.revokedAt)) {
      const reason = key.revoked_because ?? 'not said';
      events.push({ type: 'key.revoked', data: { key_id, revoked_at, reason } });
    }
    return events;
  });
}

/** The newest key of the same holder and purpose that came after it. */
const successorOf = (key: PublicKey, listed: readonly PublicKey[]): PublicKey | undefined =>
  listed
    .filter(
      (one) =>
        one.purpose === key.purpose && holderOf(one) === holderOf(key) && one.not_before > key.not_before,
    )
    .toSorted((a, b) => (a.not_before < b.not_before ? 1 : -1))[0];

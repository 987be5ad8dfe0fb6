import { type EventStore, openMemoryStore, partitionCount, partitionOf } from '@marketops/store';

/** A store whose inside can be exchanged under everybody, as after a crash, a failover or a restore. */
export interface ExchangeableStore {
  readonly store: EventStore;
  /** What is inside now. */
  current: EventStore;
  /** Puts another inside; it has another identity, as a Redis that was started again. */
  exchange(next: EventStore): void;
}

export function exchangeableStore(): ExchangeableStore {
  let life = 1;
  const store = { ...openMemoryStore() };
  const exchangeable: ExchangeableStore = {
    store,
    current: openMemoryStore(),
    exchange(next) {
      exchangeable.current = next;
      life += 1;
    },
  };
  for (const name of Object.keys(store) as (keyof EventStore)[]) {
    Object.assign(store, {
      [name]: (...args: unknown[]) =>
        (exchangeable.current[name] as (...args: unknown[]) => unknown)(...args),
    });
  }
  store.identity = () => Promise.resolve(String(life));
  return exchangeable;
}

/**
 * A store as it was earlier: control keys but those named, and of each stream what ends at or before its seq, with the
 * words that stood on them.
 */
export async function setBack(
  before: EventStore,
  seqs: Readonly<Record<string, number>>,
  without: readonly number[] = [],
): Promise<EventStore> {
  const restored = openMemoryStore();
  for (let partition = 0; partition < partitionCount; partition += 1) {
    const [control] = await before.readControl([partition]);
    if (control === null || control === undefined) continue;
    await restored.writeControl(partition, { ...control, state: 'open' });
  }
  for (const [stream, seq] of Object.entries(seqs)) {
    const [segments = []] = await before.read([{ stream }]);
    const partition = partitionOf(stream);
    for (const segment of segments.filter(({ lastSeq }) => lastSeq <= seq))
      await restored.append([{ partition, epoch: 1, segments: [segment], scopes: [] }]);
  }
  const outbox = await restored.readOutbox(new Map(), { countMax: 10_000, blockMs: 1 });
  for (const { partition, id } of outbox)
    await restored.acknowledge(partition, { term: 1_000, upTo: id, values: new Map() });
  return without.length === 0 ? restored : missingControls(restored, without);
}

/** The twin in memory cannot delete a control key; these are missing until they are written. */
function missingControls(whole: EventStore, without: readonly number[]): EventStore {
  const missing = new Set(without);
  return {
    ...whole,
    readControl: async (partitions) =>
      (await whole.readControl(partitions)).map((control, at) =>
        missing.has(partitions[at] ?? -1) ? null : control,
      ),
    append: async (appends) => {
      const refused = appends.some(({ partition }) => missing.has(partition));
      return refused
        ? appends.map(
            () => ({ status: 'closed', state: 'missing', reason: 'the control key is missing' }) as const,
          )
        : whole.append(appends);
    },
    writeControl: (partition, control) => {
      missing.delete(partition);
      return whole.writeControl(partition, control);
    },
  };
}

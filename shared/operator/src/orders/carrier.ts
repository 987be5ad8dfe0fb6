import type { EventDraft, MarketOpsEvent } from '@marketops/contracts';
import {
  appendAndEnqueue,
  fromEnvironment,
  groupedQueues,
  inspectKeys,
  type LoadedConfig,
  newUlid,
  type OrderTrust,
  openQueues,
  openSigningKey,
  systemClock,
} from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import {
  type AppendContext,
  connectRedis,
  createAppender,
  type JobSpec,
  openFileBlobs,
  StoreError,
} from '@marketops/store';
import { orderTrust } from '../freezes/order-trust.js';
import { untilAcknowledged } from '../ledger/acknowledged-end.js';
import type { Live } from '../system/live.js';

/** What is brought to one stream. */
interface Cargo {
  /** `run/<run_id>` or `system`. */
  readonly stream: string;
  readonly context: AppendContext;
  /**
   * The events themselves, or what answers with them when it is shown the stream as it stands, verified: asked again where
   * somebody else was first. It may throw to refuse.
   */
  readonly events: readonly EventDraft[] | ((standing: readonly MarketOpsEvent[]) => readonly EventDraft[]);
  /** Enqueued after the append, and by a relay should this process end before it can. */
  readonly jobs?: readonly JobSpec[];
  /** When the sweeper is to look at the run, should nobody else. */
  readonly deadline?: { readonly runId: string; readonly atMs: number };
}

/**
 * Brings what people signed into a stream, as the actor `console`. It can make none of it: what counts is the signature
 * inside (law F2), and the carrier's own says only who brought it.
 */
export interface Carrier {
  /** What the orders that it brings are looked at with. */
  readonly trust: OrderTrust;
  /**
   * @returns the events as they stand now
   * @throws StoreError `append_conflict` where others were first again and again, `partition_closed`,
   * `stream_suspect`, `store_unavailable` (it may stand or not)
   */
  carry(cargo: Cargo): Promise<readonly MarketOpsEvent[]>;
  /** Waits for the ledger's signed word on an event that was carried. @throws OperatorError `timed_out` */
  untilAcknowledged(event: MarketOpsEvent): Promise<void>;
  close(): Promise<void>;
}

/** What a carrier is opened with. */
export interface Carriage {
  readonly loaded: LoadedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly live: Live;
}

/** As often as the engine's handlers decide again. */
const conflictsMax = 16;
/** Which key it signs with is of no interest to whoever gave the order. */
const silent = { error: () => undefined, info: () => undefined };

/** Brings one event to a stream, by a carrier of its own. @returns it as it stands, acknowledged; @throws what a carrier throws */
export async function carryOne({ loaded, env, live }: Carriage, cargo: Cargo): Promise<MarketOpsEvent> {
  const carrier = openCarrier(loaded, env, live);
  try {
    const [carried] = await carrier.carry(cargo);
    if (carried === undefined) throw new TypeError('an append without its event');
    await carrier.untilAcknowledged(carried);
    return carried;
  } finally {
    await carrier.close();
  }
}

/**
 * Opens with the console's keys in MARKETOPS_KEYS_DIR, else in `keys/console` of the data folder; a rotated one is used as
 * soon as every process knows it.
 * @throws ConfigError as `inspectKeys`
 */
export function openCarrier(loaded: LoadedConfig, env: NodeJS.ProcessEnv, live: Live): Carrier {
  const keysDir = fromEnvironment(env, 'MARKETOPS_KEYS_DIR') ?? `${loaded.dataDir}/keys/console`;
  const { keyring } = live;
  // As a service does at its start: a stream that got an event under a key nobody knows would be held for ever.
  const [fault] = inspectKeys({ keysDir, service: 'console', keyring, nowMs: systemClock.nowMs() });
  if (fault !== undefined) throw fault;
  const source = { keysDir, keyring, clock: systemClock, log: silent };
  const key = openSigningKey(source, 'console', 'actor');
  const connection = connectRedis(live.url);
  const queues = openQueues(connection, loaded.tuning, groupedQueues);
  const outlet = {
    store: live.store,
    reader: live.reader,
    queues,
    blobs: openFileBlobs(`${loaded.dataDir}/blobs`),
    appender: createAppender({
      store: live.store,
      crypto: nodeCrypto,
      signer: () => ({ actor: 'console', ...key.current() }),
      now: () => new Date(),
      newId: newUlid,
      onAppended: (value, events) => live.reader.remember(value, events),
    }),
  };
  return {
    trust: orderTrust(loaded, env, live),
    async carry({ stream, context, events, jobs = [], deadline }) {
      for (let conflicts = 0; ; conflicts += 1) {
        const [view] = await live.reader.read([stream]);
        const standing = view?.events ?? [];
        const drafts = typeof events === 'function' ? events(standing) : events;
        const streams = [
          { stream, afterSeq: view?.lastSeq ?? 0, afterId: standing.at(-1)?.id, events: drafts },
        ];
        try {
          const decision = { context, streams, jobs, ...(deadline === undefined ? {} : { deadline }) };
          return (await appendAndEnqueue(outlet, decision)).events;
        } catch (fault) {
          const first = fault instanceof StoreError && fault.code === 'append_conflict';
          if (!first || conflicts >= conflictsMax) throw fault;
        }
      }
    },
    untilAcknowledged: (event) => untilAcknowledged(live, event),
    async close() {
      await queues.close().catch(() => undefined);
      connection.disconnect();
    },
  };
}

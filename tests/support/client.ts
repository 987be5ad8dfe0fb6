import type { System } from '@marketops/cli';
import {
  type EventOf,
  foldOperation,
  foldRun,
  type MarketOpsEvent,
  type OperationState,
  operationStream,
  type RunState,
  runStream,
} from '@marketops/contracts';
import { jobNames, queueNames } from '@marketops/engine';
import { deriveRunId, openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import {
  connectRedis,
  createVerifiedReader,
  type EventStore,
  openRedisStore,
  type VerifiedReader,
} from '@marketops/store';
import { type Job, Queue } from 'bullmq';

const principal = 'local';
const tenantId = 'acme';

/** An upstream system with eyes: adds bare jobs, and waits for what becomes of them. */
export interface Client {
  readonly store: EventStore;
  readonly reader: VerifiedReader;
  /** Adds plan requests as bare jobs; the run ids stand in their order. Keys default to a running number. */
  submit(requests: readonly Readonly<Record<string, unknown>>[]): Promise<string[]>;
  /** Adds any job to any queue, as whoever can reach Redis could. */
  forge(queue: string, name: string, data: unknown, options?: { readonly jobId?: string }): Promise<Job>;
  /** A job as it stands now; undefined where it is gone. */
  job(queue: string, id: string): Promise<Job | undefined>;
  /** Takes every waiting job out of a queue, as a lost queue would. */
  drain(queue: string): Promise<void>;
  run(runId: string): Promise<RunState>;
  operation(runId: string, operationId: string): Promise<OperationState>;
  systemEvents(): Promise<readonly MarketOpsEvent[]>;
  /** What gates have refused, in order. */
  refusals(): Promise<readonly EventOf<'gate.refused'>[]>;
  /** Resolves when every run has ended; rejects after `limitMs` naming those that have not. */
  ended(runIds: readonly string[], limitMs?: number): Promise<void>;
  /** Resolves when `holds` does; asked again after every commit of the ledger, and once a second. */
  until(what: string, holds: () => Promise<boolean>, limitMs?: number): Promise<void>;
  close(): Promise<void>;
}

export async function openClient(system: Pick<System, 'redisUrl' | 'loaded'>): Promise<Client> {
  const store = openRedisStore(system.redisUrl);
  const reader = createVerifiedReader({
    store,
    crypto: nodeCrypto,
    keyring: openKeyring(nodeCrypto, system.loaded.keyring),
  });
  const connection = connectRedis(system.redisUrl);
  const queues = new Map<string, Queue>();
  const listeners = new Set<() => void>();
  await store.onAcknowledged(() => {
    for (const listener of listeners) listener();
  });
  let submitted = 0;

  const queueOf = (name: string): Queue => {
    const open = queues.get(name);
    if (open !== undefined) return open;
    const queue = new Queue(name, { connection });
    // Its commands report their own failures; a Redis that is away would be printed to the console.
    queue.on('error', () => undefined);
    queues.set(name, queue);
    return queue;
  };
  const eventsOf = async (stream: string) => (await reader.read([stream]))[0]?.events ?? [];

  const until: Client['until'] = (what, holds, limitMs = 60_000) =>
    new Promise((resolve, reject) => {
      let asking = false;
      const finish = (fault?: unknown) => {
        clearInterval(again);
        clearTimeout(limit);
        listeners.delete(ask);
        if (fault === undefined) resolve();
        else reject(fault instanceof Error ? fault : new Error(String(fault)));
      };
      const ask = () => {
        if (asking) return;
        asking = true;
        holds().then(
          (held) => {
            asking = false;
            if (held) finish();
          },
          (fault: unknown) => finish(fault),
        );
      };
      const again = setInterval(ask, 1_000);
      const limit = setTimeout(() => finish(new RangeError(`not within ${limitMs} ms: ${what}`)), limitMs);
      listeners.add(ask);
      ask();
    });

  return {
    store,
    reader,
    until,
    async submit(requests) {
      const keyed = requests.map((request) => ({
        tenant_id: tenantId,
        repository: 'acme/widgets',
        idempotency_key: `key-${submitted++}`,
        ...request,
      }));
      await queueOf(queueNames.plans(principal)).addBulk(
        keyed.map((data) => ({ name: jobNames.planRequested, data })),
      );
      return keyed.map((request) =>
        deriveRunId(nodeCrypto, { principal, tenantId, idempotencyKey: request.idempotency_key }),
      );
    },
    forge: (queue, name, data, options = {}) => queueOf(queue).add(name, data, options),
    job: (queue, id) => queueOf(queue).getJob(id),
    drain: (queue) => queueOf(queue).drain(true),
    run: async (runId) => foldRun(await eventsOf(runStream(runId))),
    operation: async (runId, operationId) =>
      foldOperation(await eventsOf(operationStream(runId, operationId))),
    systemEvents: () => eventsOf('system'),
    refusals: async () =>
      (await eventsOf('system')).filter(
        (event): event is EventOf<'gate.refused'> => event.type === 'gate.refused',
      ),
    async ended(runIds, limitMs) {
      const open = new Set(runIds);
      await until(
        `the end of ${runIds.length} runs`,
        async () => {
          for (const view of await reader.read([...open].map(runStream))) {
            const { status } = foldRun(view.events);
            if (status === 'completed' || status === 'rejected')
              open.delete(view.stream.slice('run/'.length));
          }
          return open.size === 0;
        },
        limitMs,
      );
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      connection.disconnect();
      await store.close();
    },
  };
}

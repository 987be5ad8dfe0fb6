import type { System } from '@marketops/cli';
import { foldRun, runStream } from '@marketops/contracts';
import { jobNames, queueNames } from '@marketops/engine';
import { deriveRunId, openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { connectRedis, createVerifiedReader, openRedisStore } from '@marketops/store';
import { Queue } from 'bullmq';

const principal = 'local';
const tenantId = 'acme';

export interface BatchRun {
  readonly runId: string;
  readonly tagName: string;
}

export interface Batch {
  readonly runs: readonly BatchRun[];
  /** Resolves when this many runs have a plan that the ledger has. */
  planned(count: number): Promise<void>;
  /** Resolves when every run has ended, or after `limitMs` with how many have not. */
  ended(limitMs: number): Promise<number>;
  close(): Promise<void>;
}

/** Adds `count` one-operation runs as bare jobs, as an upstream system would. */
export async function submitBatch(system: System, count: number): Promise<Batch> {
  const store = openRedisStore(system.redisUrl);
  const reader = createVerifiedReader({
    store,
    crypto: nodeCrypto,
    keyring: openKeyring(nodeCrypto, system.loaded.keyring),
  });
  const runs = Array.from({ length: count }, (_, n): BatchRun => {
    const key = `chaos-${n}`;
    return {
      runId: deriveRunId(nodeCrypto, { principal, tenantId, idempotencyKey: key }),
      tagName: `v0.0.${n}`,
    };
  });
  const open = new Map(runs.map((run) => [runStream(run.runId), run]));
  const planned = new Set<string>();
  const listeners = new Set<() => void>();
  const look = async (streams: readonly string[]): Promise<void> => {
    const ours = streams.filter((stream) => open.has(stream));
    for (const view of await reader.read(ours)) {
      const { status } = foldRun(view.events);
      if (view.lastSeq > 0) planned.add(view.stream);
      if (status === 'completed' || status === 'rejected') open.delete(view.stream);
    }
    for (const listener of listeners) listener();
  };
  await store.onAcknowledged((streams) => void look(streams));

  const connection = connectRedis(system.redisUrl);
  const queue = new Queue(queueNames.plans(principal), { connection });
  await queue.addBulk(
    runs.map(({ tagName }, n) => ({
      name: jobNames.planRequested,
      data: {
        tenant_id: tenantId,
        mode: 'prod',
        idempotency_key: `chaos-${n}`,
        repository: 'acme/widgets',
        operations: [
          {
            id: 'release',
            kind: 'publish_release',
            tag_name: tagName,
            release_name: `Widgets ${tagName}`,
            target: 'main',
          },
        ],
      },
    })),
  );
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      check();
    });
  return {
    runs,
    planned: (wanted) => until(() => planned.size >= wanted),
    async ended(limitMs) {
      // A wake-up may be lost with the process that would have sent it: all open runs are looked at now and then.
      const again = setInterval(() => void look([...open.keys()]), 1_000);
      const limit = new Promise<void>((resolve) => setTimeout(resolve, limitMs).unref());
      await Promise.race([until(() => open.size === 0), limit]);
      clearInterval(again);
      return open.size;
    },
    async close() {
      await queue.close();
      connection.disconnect();
      await store.close();
    },
  };
}

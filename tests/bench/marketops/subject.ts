import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { runStream } from '@marketops/contracts';
import { jobNames, queueNames } from '@marketops/engine';
import { deriveRunId } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { connectRedis, openRedisStore } from '@marketops/store';
import { Queue } from 'bullmq';
import type { Subject } from '../measure/closed-loop.js';
import { initializeBench, principal, startService, stopService, tenantId } from './processes.js';

export interface RunningMarketOps extends Subject {
  readonly pids: Readonly<Record<string, number>>;
  readonly dataDir: string;
  close(): Promise<void>;
}

const services = ['ledger', 'planner', 'federation', 'publisher'] as const;

/** Starts all services against this Redis, with keys and journal under `dir`. */
export async function startMarketOpsSubject(redisUrl: string, dir: string): Promise<RunningMarketOps> {
  const { configPath, dataDir } = initializeBench(dir);
  const children = new Map<string, ChildProcess>();
  for (const service of services) {
    children.set(
      service,
      await startService(service, { configPath, redisUrl, keysDir: join(dataDir, 'keys', service) }),
    );
  }
  const connection = connectRedis(redisUrl);
  const queue = new Queue(queueNames.plans(principal), { connection });
  const store = openRedisStore(redisUrl);
  const idByStream = new Map<string, string>();
  const heard = new Set<string>();
  let listener: (ids: readonly string[]) => void = () => undefined;
  // The ledger acknowledges a run's stream twice: with its plan, and with its completion. A run counts as completed
  // when the ledger has its completion on disk.
  await store.onAcknowledged((streams) => {
    const done: string[] = [];
    for (const stream of streams) {
      const id = idByStream.get(stream);
      if (id === undefined) continue;
      if (!heard.delete(stream)) heard.add(stream);
      else {
        idByStream.delete(stream);
        done.push(id);
      }
    }
    if (done.length > 0) listener(done);
  });
  return {
    name: 'marketops',
    dataDir,
    pids: Object.fromEntries([...children].map(([name, child]) => [name, child.pid ?? 0])),
    async submit(ids) {
      for (const id of ids)
        idByStream.set(runStream(deriveRunId(nodeCrypto, { principal, tenantId, idempotencyKey: id })), id);
      await queue.addBulk(
        ids.map((id) => ({
          name: jobNames.planRequested,
          data: requestFor(id),
          opts: { jobId: id, removeOnComplete: true },
        })),
      );
    },
    onCompleted(next) {
      listener = next;
    },
    async close() {
      await queue.close();
      await store.close();
      connection.disconnect();
      for (const child of [...children.values()].reverse()) await stopService(child);
    },
  };
}

const requestFor = (id: string) => ({
  tenant_id: tenantId,
  mode: 'prod',
  idempotency_key: id,
  repository: 'acme/widgets',
  operations: [
    { id: 'release', kind: 'publish_release', tag_name: `v-${id}`, release_name: `Widgets ${id}` },
  ],
});

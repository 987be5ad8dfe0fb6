import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldRun, runStream } from '@marketops/contracts';
import { findRedisServer, startPrivateRedis } from '@marketops/local';
import type { Client } from '../../support/client.js';
import { commandsOf } from '../../support/command.js';
import { type TemporarySystem, temporarySystem } from '../../support/temporary-system.js';
import { type BatchRun, planned } from '../batch.js';
import type { ScenarioResult } from '../run-scenario.js';
import { findViolations } from '../violations.js';
import { type Loss, type WatchedData, watchData } from './losses.js';
import { revivedReceipts } from './receipts.js';

export interface RedisLost {
  readonly result: ScenarioResult;
  /** From the return of Redis until everything is open again, in seconds. */
  readonly repairSeconds: number;
  /** What the ledger says it put back and cut off, in its own words. */
  readonly reason: string;
}

const descriptions: Readonly<Record<Loss, string>> = {
  everything: 'SIGKILL of Redis and all its data gone; marketops ledger rebuild',
  'last-second': 'SIGKILL of Redis and the last second of its append-only file gone; nobody does anything',
  'old-backup': 'SIGKILL of Redis and an old copy of its files in their place; nobody does anything',
};

/**
 * Redis dies in the middle of so many runs and comes back with less than it had. Whoever submitted them submits them again
 * under the same keys, as an upstream system does that has heard nothing: a bare job is as durable as Redis.
 */
export async function loseRedis(loss: Loss, count: number, limitMs: number): Promise<RedisLost> {
  const dataDir = await mkdtemp(join(tmpdir(), 'marketops-lost-'));
  const server = await findRedisServer();
  let redis = await startPrivateRedis(server, { dataDir });
  const data = watchData(dataDir);
  let the: TemporarySystem | undefined;
  try {
    the = await temporarySystem({ redisUrl: redis.url });
    const { client, system } = the;
    const began = performance.now();
    const runs = await submit(client, count);
    await untilDue(client, runs, loss, data);
    await redis.crash();
    await data.lose(loss);
    redis = await startPrivateRedis(server, { dataDir, socket: redis.socket });
    const backAt = performance.now();
    await untilOpen(the, loss);
    const openAt = performance.now();
    await submit(client, count);
    const unfinished = await ended(client, runs, limitMs);
    const endedAt = performance.now();
    const violations = [
      ...unfinished,
      ...(await findViolations(system, client, runs)),
      ...(await revivedReceipts(client, runs)),
      ...(await epochViolations(client)),
    ];
    const seconds = (endedAt - began) / 1_000;
    const recoverySeconds = (endedAt - backAt) / 1_000;
    return {
      result: {
        ...{ name: `redis-lost, ${loss}`, what: descriptions[loss] },
        ...{ runs: count, seconds, recoverySeconds, violations },
      },
      repairSeconds: (openAt - backAt) / 1_000,
      reason: (await epochsOpened(client)).at(-1)?.reason ?? '',
    };
  } finally {
    data.close();
    await the?.close();
    await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function submit(client: Client, count: number): Promise<BatchRun[]> {
  const tagNames = Array.from({ length: count }, (_, n) => `v0.0.${n}`);
  const runIds = await client.submit(
    tagNames.map((tagName) => ({
      mode: 'prod',
      idempotency_key: `release-${tagName}`,
      operations: [
        {
          ...{ id: 'release', kind: 'publish_release', tag_name: tagName, target: 'main' },
          release_name: `Widgets ${tagName}`,
        },
      ],
    })),
  );
  return tagNames.map((tagName, index) => ({ tagName, runId: runIds[index] ?? '' }));
}

/**
 * About a third is planned, much of it authorized, some of it shipped. A backup is old: runs that it knows as planned have
 * ended since, so it holds unused receipts of what has long been shipped.
 */
async function untilDue(
  client: Client,
  runs: readonly BatchRun[],
  loss: Loss,
  data: WatchedData,
): Promise<void> {
  if (loss === 'old-backup') {
    await planned(client, runs, Math.ceil(runs.length / 6));
    await data.backUp();
    await completed(client, runs, Math.ceil(runs.length / 4));
  }
  await planned(client, runs, Math.ceil(runs.length / 3));
}

async function completed(client: Client, runs: readonly BatchRun[], count: number): Promise<void> {
  await client.until(`${count} completed runs`, async () => {
    const views = await client.reader.read(runs.map(({ runId }) => runStream(runId)));
    return views.filter(({ events }) => foldRun(events).status === 'completed').length >= count;
  });
}

async function untilOpen({ system, client }: TemporarySystem, loss: Loss): Promise<void> {
  const asked = async (): Promise<Readonly<Record<string, unknown>>> =>
    (await system.health('ledger'))['ledger'] as Readonly<Record<string, unknown>>;
  if (loss === 'everything') {
    await client.until(
      'all partitions closed',
      async () => (await asked())['closed_partitions_count'] === 64,
    );
    const { code, said } = await commandsOf(system)('ledger', 'rebuild', '--yes');
    if (code !== 0)
      throw new TypeError(`marketops ledger rebuild ended with ${code}: ${JSON.stringify(said)}`);
  }
  await client.until('the next epoch', async () => {
    const { epoch, closed_partitions_count: closed } = await asked();
    return Number(epoch) >= 2 && closed === 0;
  });
}

async function ended(client: Client, runs: readonly BatchRun[], limitMs: number): Promise<string[]> {
  const runIds = runs.map(({ runId }) => runId);
  return client.ended(runIds, limitMs).then(
    () => [],
    (fault: unknown) => [String(fault)],
  );
}

const epochsOpened = async (client: Client) =>
  (await client.systemEvents()).flatMap((event) => (event.type === 'epoch.opened' ? [event.data] : []));

/** Each epoch is said once, and each is the next. */
async function epochViolations(client: Client): Promise<string[]> {
  const epochs = (await epochsOpened(client)).map(({ epoch }) => epoch);
  const isRising =
    epochs.length >= 2 && epochs.every((epoch, at) => at === 0 || epoch > (epochs[at - 1] ?? 0));
  return isRising ? [] : [`epochsRise: ${epochs.join(', ')}`];
}

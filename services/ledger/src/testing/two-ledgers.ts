import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { operationStream } from '@marketops/contracts';
import { type Acknowledgements, openAcknowledgements } from '@marketops/engine';
import { testRedis } from '@marketops/local';
import { nodeCrypto } from '@marketops/proof/node';
import { openRedisStore } from '@marketops/store';
import { verifyTiles } from '@marketops/verifier';
import { logInFolder, verifyJournal } from '@marketops/verifier/node';
import { expect } from 'vitest';
import { type SpawnedLedger, type SpawnOptions, spawnLedger } from './spawn-ledger.js';
import { awaitedEvent, createWorld, testRunId, type World } from './world.js';

/** One folder, one Redis, and as many ledgers as a test starts, each a process as it ships. */
export interface TwoLedgers {
  readonly world: World;
  readonly redisUrl: string;
  start(options?: SpawnOptions): SpawnedLedger;
  /** Starts one and waits until it writes. */
  writer(options?: SpawnOptions): Promise<SpawnedLedger>;
  /** Starts one and waits until it stands by. */
  standby(options?: SpawnOptions): Promise<SpawnedLedger>;
  /** Appends one event of a run of its own. */
  append(): Promise<void>;
  /** Waits until everything that was appended is acknowledged. */
  allAcknowledged(timeoutMs?: number): Promise<void>;
  /** Ends all, and verifies journal, tiles and that no event was lost or doubled. */
  verified(): Promise<{ readonly terms: readonly number[]; readonly notes: readonly string[] }>;
  close(): Promise<void>;
}

/** @param leaseMs long enough that a busy machine does not lose one by itself */
export async function twoLedgers(leaseMs: number): Promise<TwoLedgers> {
  const packageDir = fileURLToPath(new URL('../..', import.meta.url));
  // The process that is tested is the one that ships: the built package.
  const tsc = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '-b', packageDir], { stdio: 'inherit' });
  const redis = await testRedis();
  const store = openRedisStore(redis.url);
  const world = await createWorld({
    store,
    config: { ledger: { lease_ms: leaseMs, tiles: { every_ms: 50 } } },
    // A clock that goes back must not come to before they are valid.
    keysMadeMsAgo: 7_200_000,
  });
  const { keyring, reader } = world.engine();
  const acknowledgements: Acknowledgements = await openAcknowledgements({
    ...{ store, crypto: nodeCrypto, keyring, reader },
    onForged: (stream, why) => expect.unreachable(`${stream}: ${why}`),
  });
  const ledgers = new Set<SpawnedLedger>();
  let runs = 0;

  const start: TwoLedgers['start'] = (options) => {
    const root = { LEDGER_ROOT: world.paths.root };
    const points = options?.points === undefined ? {} : { points: { ...root, ...options.points } };
    const ledger = spawnLedger(world.loaded.configPath, redis.url, points);
    ledgers.add(ledger);
    void ledger.ended.then(() => ledgers.delete(ledger));
    return ledger;
  };
  const started =
    (text: string) =>
    async (options?: SpawnOptions): Promise<SpawnedLedger> => {
      const ledger = start(options);
      await Promise.all([ledger.ready, ledger.said(text)]);
      return ledger;
    };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await Promise.all(
      [...ledgers].map(async ({ child, ended }) => {
        child.kill(signal);
        child.kill('SIGCONT');
        await ended;
      }),
    );
  };

  return {
    ...{ world, redisUrl: redis.url, start },
    writer: started('the ledger is writing'),
    standby: started('standing by'),
    async append() {
      runs += 1;
      await world.appendBlocked(testRunId(runs), 'a', 0);
    },
    async allAcknowledged(timeoutMs = 20_000) {
      const words = Array.from({ length: runs }, async (_, number) => {
        const stream = operationStream(testRunId(number + 1), 'a');
        return acknowledgements.waitFor(stream, await awaitedEvent(store, stream, 1), timeoutMs);
      });
      expect(await Promise.all(words)).not.toContain(false);
    },
    async verified() {
      await end('SIGTERM');
      const { keyring: pinned } = world.loaded;
      const report = await verifyJournal({ dir: world.paths.journal, keyring: pinned });
      expect(report).toMatchObject({
        ok: true,
        entries: runs + 1,
        streams: runs + 1,
        events: { 'epoch.opened': 1, 'operation.blocked': runs },
      });
      const tiles = await verifyTiles({
        ...{ log: logInFolder(world.paths.tiles), keyring: pinned, crypto: nodeCrypto },
      });
      expect(tiles).toMatchObject({ ok: true });
      return {
        terms: report.terms.map(({ term }) => term),
        notes: report.notes.map(({ code }) => code),
      };
    },
    async close() {
      await end('SIGKILL');
      await acknowledgements.close();
      await store.close();
      await world.close();
      await redis.stop();
    },
  };
}

/** How many entries the published checkpoint is of; 0 where there is none. */
export async function publishedSize({ paths }: Pick<World, 'paths'>): Promise<number> {
  const text = await readFile(`${paths.tiles}/checkpoint`, 'utf8').catch(() => '');
  return Number(text.split('\n')[1] ?? '0');
}

import { rm } from 'node:fs/promises';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { verifyJournal } from '@marketops/verifier/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningLedger, startLedger } from './start.js';
import { createWorld, testRunId, type World } from './testing/world.js';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** The keyring in which the planner's key was revoked. */
const revokedAt = (time: Date) => ({
  ...world.loaded.keyring,
  keys: world.loaded.keyring.keys.map((key) =>
    key.key_id.startsWith('planner-actor') ? { ...key, revoked_at: time.toISOString() } : key,
  ),
});

const start = (keyring = world.loaded.keyring): Promise<RunningLedger> =>
  startLedger(
    world.engine({ keyring: openKeyring(nodeCrypto, keyring), loaded: { ...world.loaded, keyring } }),
    { tuning: { blockMs: 20 }, onFatal: () => undefined },
  );

describe('E3: a key that was revoked while the ledger had not read of it', () => {
  test('is told by whoever verifies, and the ledger starts on the journal, with its index and without', async () => {
    const ledger = await start();
    await ledger.settledThrough(1);
    const revoked = revokedAt(new Date());
    // The keyring on disk says so by now; the one the ledger holds does not.
    await world.appendBlocked(testRunId(1), 'a', 0);
    await ledger.settledThrough(2);
    await ledger.stop();
    const told = await verifyJournal({ dir: world.paths.journal, keyring: revoked });
    expect(told).toMatchObject({
      ...{ ok: false, entries: 2, violationsFound: 1 },
      fault: { code: 'key_revoked', law: 'E3', sequence: 2 },
    });
    const again = await start(revoked);
    expect(again.settled().sequence).toBe(2);
    await again.stop();
    await rm(world.paths.index, { recursive: true });
    const anew = await start(revoked);
    expect(anew.settled().sequence).toBe(2);
    await anew.stop();
  });
});

describe('L1: a clock that goes back', () => {
  test('does not date a batch before the one above it, in one life of the ledger or the next', async () => {
    const startAt = (nowMs: number): Promise<RunningLedger> => {
      const engine = world.engine();
      const clock = { ...engine.clock, nowMs: () => nowMs };
      return startLedger({ ...engine, clock }, { tuning: { blockMs: 20 }, onFatal: () => undefined });
    };
    const nowMs = Date.now();
    const first = await startAt(nowMs);
    await world.appendBlocked(testRunId(1), 'a', 0);
    await first.settledThrough(2);
    await first.stop();
    // It starts twice, the first time without a word.
    await (await startAt(nowMs - 30_000)).stop();
    const second = await startAt(nowMs - 30_000);
    await world.appendBlocked(testRunId(2), 'a', 0);
    await second.settledThrough(3);
    await second.stop();
    const { keyring } = world.loaded;
    expect(await verifyJournal({ dir: world.paths.journal, keyring })).toMatchObject({
      ...{ ok: true, entries: 3, violations: [] },
    });
  });
});

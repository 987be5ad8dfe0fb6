import { findRedisServer, startPrivateRedis } from '@marketops/local';
import { connectRedis } from '@marketops/store';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSystem } from '../processes/system.js';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();

async function systemWithLedger() {
  const redis = await startPrivateRedis(await findRedisServer(), { dataDir: folder(), durability: 'none' });
  onTestFinished(() => redis.stop());
  const dir = folder();
  const system = await startSystem({
    ...{ dir, restartCrashed: false, allowNonDurableRedis: true, services: ['ledger'] },
    redisUrl: redis.url,
  });
  onTestFinished(() => system.stop());
  const sequence = async () =>
    Number(((await system.health('ledger'))['ledger'] as { sequence: number }).sequence);
  while ((await sequence()) < 1);
  const run = async (...args: readonly string[]) => {
    const { code, stdout } = await runCommand([...args, '--json'], {
      cwd: dir,
      env: { REDIS_URL: redis.url },
    });
    return { code, said: JSON.parse(stdout) as Readonly<Record<string, unknown>> };
  };
  return { system, redis, run };
}

describe('marketops ledger rebuild', () => {
  it('L2: given an empty Redis and no ledger that runs, then it shows what is missing, starts one for it, and stops it again', async () => {
    const { system, redis, run } = await systemWithLedger();
    await system.kill('ledger');
    const admin = connectRedis(redis.url);
    await admin.flushall();
    admin.disconnect();

    const shown = await run('ledger', 'rebuild');
    expect(shown).toMatchObject({
      code: 0,
      said: { dry_run: true, plan: { streams: 1, streams_gone: 1, missing_controls: 64, partitions: 64 } },
    });
    const done = await run('ledger', 'rebuild', '--yes');
    expect(done).toMatchObject({
      code: 0,
      said: { dry_run: false, done: { state: 'done', epoch: 2, partitions: 64, streams: 1 } },
    });
    await system.restart('ledger');
    expect((await system.health('ledger'))['ledger']).toMatchObject({ epoch: 2, closed_partitions_count: 0 });
    expect(await run('ledger', 'rebuild')).toMatchObject({ said: { plan: { partitions: 0, epoch: 2 } } });
  }, 180_000);

  it('L2: given the Redis of another ledger, then it says so and orders nothing', async () => {
    const { system, redis, run } = await systemWithLedger();
    await system.kill('ledger');
    const admin = connectRedis(redis.url);
    await admin.hset('mo:{p07}:ctl', 'ledger', 'another/log#1');
    admin.disconnect();

    expect(await run('ledger', 'rebuild')).toMatchObject({
      code: 0,
      said: { plan: { redis: redis.url, anothers_ledger: 'another/log#1' } },
    });
    expect(await run('ledger', 'rebuild', '--yes')).toMatchObject({
      said: { error: { code: 'rebuild_failed', message: expect.stringContaining('another ledger') } },
    });
  }, 180_000);

  it('given no ledger in the folder, then it says so and does nothing', async () => {
    const dir = folder();
    await runCommand(['init'], { cwd: dir });
    const { code, stdout } = await runCommand(['ledger', 'rebuild', '--yes', '--json'], { cwd: dir });
    expect([code, JSON.parse(stdout)]).toMatchObject([3, { error: { code: 'ledger_missing' } }]);
  }, 60_000);
});

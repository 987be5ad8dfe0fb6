import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '@marketops/cli';
import { findRedisServer } from '@marketops/local';
import { afterAll, describe, expect, it } from 'vitest';
import { openClient } from '../support/client.js';
import { commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';

const unless = await findRedisServer().then(
  () => '',
  (fault: unknown) => ` (skipped: ${String(fault)})`,
);

/** A private Redis with users reads its append-only file back as `default`, as whom nobody may come in. */
describe.skipIf(unless !== '')(`a whole system, stopped and started again over its folder${unless}`, () => {
  const dirs: string[] = [];
  afterAll(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

  it('L2, O1: given it shipped and was frozen, then all of that stands, it is well, and it goes on when it is unfrozen', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'marketops-restart-'));
    dirs.push(dir);
    const start = async () => {
      const system = await startSystem({ dir, redisSources: ['path', 'debian'], restartCrashed: false });
      return { system, client: await openClient(system), marketops: commandsOf(system) };
    };
    const first = await start();
    for (const name of ['alice', 'bob']) {
      expect((await first.marketops('approver', 'add', name)).code).toBe(0);
    }
    const [shipped = ''] = await first.client.submit([{ mode: 'prod', operations: [release('v1.0.0')] }]);
    await first.client.ended([shipped]);
    const froze = await first.marketops('freeze', '--reason', 'an incident', '--as', 'alice');
    expect(froze.code).toBe(0);
    await first.client.close();
    await first.system.stop();

    const second = await start();
    try {
      expect((await second.client.run(shipped)).completed?.data.status).toBe('completed');
      const doctor = await second.marketops('doctor');
      expect(doctor.said['findings']).not.toContainEqual(expect.objectContaining({ verdict: 'fail' }));
      const freezes = await second.marketops('freezes');
      expect([freezes.code, freezes.said['freezes']]).toMatchObject([0, [{ scope: 'all' }]]);
      const [waiting = ''] = await second.client.submit([
        { mode: 'prod', idempotency_key: 'after', operations: [release('v1.1.0')] },
      ]);
      expect((await second.marketops('unfreeze', '--reason', 'over', '--as', 'bob')).code).toBe(0);
      await second.client.ended([waiting]);
      expect((await allReleases(second.system.url)).map(({ tag_name: tag }) => tag)).toContain('v1.1.0');
      expect((await second.marketops('verify')).code).toBe(0);
    } finally {
      await second.client.close();
      await second.system.stop();
    }
  }, 120_000);
});

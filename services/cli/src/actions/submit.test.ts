import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queueNames } from '@marketops/engine';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { connectRedis } from '@marketops/store';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultOf, runCommand, startCommand } from '../testing/run-command.js';

describe('marketops submit where nothing works the queue', () => {
  let redis: ProvidedRedis;
  let cwd = '';
  let env: Record<string, string> = {};
  beforeAll(async () => {
    redis = await testRedis();
    env = { REDIS_URL: redis.url };
    cwd = mkdtempSync(join(tmpdir(), 'marketops-submit-'));
    await runCommand(['init'], { cwd });
    writeFileSync(
      join(cwd, 'releases', 'plan.yml'),
      [
        'tenant_id: acme',
        'repository: acme/widgets',
        'operations:',
        '  - id: release',
        '    kind: publish_release',
        '    tag_name: v1',
        '    release_name: One',
        '    body_file: notes.md',
        '    assets: [{ path: ../releases/dist/a.tgz }]',
      ].join('\n'),
    );
  });
  afterAll(async () => {
    await redis.stop();
    rmSync(cwd, { recursive: true, force: true });
  });

  it('leaves a bare job that any planner takes, and says that none does', async () => {
    const args = ['submit', 'releases/plan.yml', '--idempotency-key', 'release-1'];
    const { code, stdout, stderr } = await runCommand(args, { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run_[0-9a-z]{26}\n$/);
    expect(stderr).toContain('partition is closed (its control key is missing)');
    expect(stderr).toContain('No planner works this queue now');

    const connection = connectRedis(redis.url);
    const queue = new Queue(queueNames.plans('local'), { connection });
    const job = await queue.getJob('release-1');
    expect(job).toMatchObject({
      name: 'plan.requested',
      data: {
        tenant_id: 'acme',
        mode: 'dry_run',
        idempotency_key: 'release-1',
        // From the artifacts root, whatever the plan's own folder is.
        operations: [{ body_file: 'notes.md', assets: [{ path: 'dist/a.tgz' }] }],
      },
    });
    await queue.close();
    connection.disconnect();
  });

  it('makes a run of its own each time where there is no key', async () => {
    const first = await runCommand(['submit', 'releases/plan.yml'], { cwd, env });
    const second = await runCommand(['submit', 'releases/plan.yml'], { cwd, env });
    expect(first.stdout).not.toBe(second.stdout);
  });

  it('refuses prod over a Redis that forgets', async () => {
    const { code, stderr } = await runCommand(['submit', 'releases/plan.yml', '--mode', 'prod'], {
      cwd,
      env,
    });
    expect(stderr).toContain('redis_not_durable');
    expect(code).toBe(2);
  });

  it('6 where waiting takes too long', async () => {
    const { code, stdout } = await runCommand(
      ['submit', 'releases/plan.yml', '--wait', '--timeout', '0.3', '--json'],
      { cwd, env },
    );
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'timed_out' } });
    expect(code).toBe(6);
  });

  it('130 where somebody presses Ctrl-C', async () => {
    const child = startCommand(['submit', 'releases/plan.yml', '--wait'], { cwd, env });
    const result = resultOf(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    expect((await result).code).toBe(130);
  });
});

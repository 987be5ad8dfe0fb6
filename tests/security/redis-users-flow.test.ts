import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readRedisCredentials, redisAclPath, redisUsers } from '@marketops/engine';
import { findRedisServer } from '@marketops/local';
import { connectRedis } from '@marketops/store';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { allReleases, armFault } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const unless = await findRedisServer().then(
  () => '',
  (fault: unknown) => ` (skipped: ${String(fault)})`,
);
const command = new URL('../../services/cli/bin/marketops.js', import.meta.url).pathname;

describe.skipIf(unless !== '')(`a system whose Redis has a user for each${unless}`, () => {
  let the: TemporarySystem;
  let admin: Redis;
  /** What was refused, and to whom. */
  const refusals = async (): Promise<string[]> => {
    const entries = (await admin.call('ACL', 'LOG')) as (string | number)[][];
    return entries.map((entry) => entry.slice(0, 10).join(' '));
  };

  beforeAll(async () => {
    the = await temporarySystem({ redisSources: ['path', 'debian'] });
    admin = connectRedis(the.system.redisUrl);
  });
  afterAll(async () => {
    admin?.disconnect();
    await the?.close();
  });

  it('F4: given every service under its own user, then plans ship, are refused and survive a crash, and Redis refused nobody anything', async () => {
    const prod = [1, 2, 3].map((at) => ({ mode: 'prod', operations: [release(`v1.0.${at}`)] }));
    const runs = await the.client.submit([...prod, { mode: 'dry_run', operations: [release('v2.0.0')] }]);
    await the.client.ended(runs);
    // What a crashed worker held is stalled, what it had not enqueued is relayed, and a late run is swept.
    await the.system.kill('publisher');
    await the.system.kill('planner');
    const late = await the.client.submit([{ mode: 'prod', operations: [release('v1.0.4')] }]);
    await the.system.restart('planner');
    await the.system.restart('publisher');
    await the.client.ended(late);
    expect((await allReleases(the.system.url)).map(({ tag_name: tag }) => tag).sort()).toEqual(
      ['v1.0.1', 'v1.0.2', 'v1.0.3', 'v1.0.4'].sort(),
    );
    for (const service of ['planner', 'federation', 'publisher', 'ledger'] as const) {
      expect(await the.system.health(service)).toMatchObject({ healthy: true });
    }
    expect(await refusals()).toEqual([]);
  });

  it('given the command beside a running system, then it is the user console, and is refused nothing', async () => {
    const config = ['--config', the.system.configPath];
    const marketops = (...args: string[]) =>
      promisify(execFile)(process.execPath, [command, ...args, ...config], {
        env: { PATH: process.env['PATH'] },
        timeout: 60_000,
      });
    const plan = join(the.system.dir, 'plan.json');
    writeFileSync(
      plan,
      JSON.stringify({ tenant_id: 'acme', repository: 'acme/widgets', operations: [release('v3.0.0')] }),
    );
    const { stdout } = await marketops('submit', plan, '--mode', 'prod', '--wait', '--json');
    const { run_id: run } = JSON.parse(stdout);
    for (const args of [['timeline', run], ['verify'], ['runs']]) await marketops(...args);
    // Whatever else it finds: it was let look.
    const { stdout: found } = await marketops('doctor').catch((fault: { stdout: string }) => fault);
    expect(found).toContain('all 64 open');
    // The run has ended: there is nothing to cancel any more, and it says so.
    await marketops('cancel', run).catch(() => undefined);

    const users = async (): Promise<Set<string>> => {
      const clients = String(await admin.call('CLIENT', 'LIST'));
      return new Set([...clients.matchAll(/ user=(\S+)/g)].map(([, user = '']) => user));
    };
    const services = ['admin', 'planner', 'federation', 'publisher', 'ledger'];
    await the.client.until('only the services', async () => !(await users()).has('console'));
    // Without federation the run cannot end: whoever follows it stays connected for as long as it takes to look.
    await the.system.kill('federation');
    const [unended = ''] = await the.client.submit([{ operations: [release('v3.1.0')] }]);
    const following = marketops('events', unended, '--follow', '--json');
    await the.client.until('the command among the clients', async () => (await users()).has('console'));
    expect([...(await users())].filter((user) => !services.includes(user))).toEqual(['console']);
    await the.system.restart('federation');
    expect((await following).stdout).toContain('"run.completed"');
    expect(await users()).not.toContain('default');
    expect(await refusals()).toEqual([]);
  }, 180_000);

  it('given a run that fails and is redriven, then planner and command may all that takes', async () => {
    const marketops = commandsOf(the.system);
    expect((await marketops('approver', 'add', 'alice')).code).toBe(0);
    const elsewhere = { kind: 'redirect_307', method: 'POST', location: `${the.system.url}/elsewhere` };
    await armFault(the.system.url, elsewhere);
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release('v4.0.0')] }]);
    await the.client.ended([runId]);
    expect((await marketops('dead')).said['dead']).toMatchObject([{ run_id: runId, state: 'failed' }]);
    const redriven = await marketops('redrive', runId, '--reason', 'x', '--yes', '--wait');
    expect(redriven).toMatchObject({ code: 0, said: { outcome: { status: 'completed' } } });
    expect((await marketops('retry', runId, '--mode', 'dry_run', '--wait')).code).toBe(0);
    expect(await refusals()).toEqual([]);
  }, 120_000);

  it('given nobody’s password, or a wrong one, then Redis lets nobody in', async () => {
    const { urlForUsers: url = '' } = the.system.redis;
    for (const credentials of ['', '?username=planner&password=wrong', '?password=wrong']) {
      const redis = connectRedis(url + credentials);
      onTestFinished(() => redis.disconnect());
      await expect(redis.call('GET', 'x')).rejects.toThrow(/NOAUTH|WRONGPASS/);
    }
  });

  it('X3: no password stands in a log, in system.json or in the ACL file, and only its owner can read it', () => {
    const { dataDir } = the.system.loaded;
    const logs = readdirSync(join(dataDir, 'logs')).map((name) => join(dataDir, 'logs', name));
    const texts = [
      ...logs,
      join(dataDir, 'system.json'),
      redisAclPath(dataDir),
      join(dataDir, 'redis', 'redis.log'),
    ];
    for (const { name: user } of redisUsers(['local'])) {
      const { password } = readRedisCredentials(dataDir, user);
      for (const path of texts)
        expect(readFileSync(path, 'utf8').includes(password), `${user} ${path}`).toBe(false);
      expect(statSync(join(dataDir, 'keys', user, 'redis-password')).mode & 0o777).toBe(0o600);
    }
  });
});

it('given a Redis that knows no users, then it is said, and everything works as it did', async () => {
  const said: string[] = [];
  const redisSources = ['javascript'] as const;
  const the = await temporarySystem({ redisSources, log: (line) => said.push(line) });
  onTestFinished(() => the.close());
  const runs = await the.client.submit([{ mode: 'dry_run', operations: [release('v1.0.0')] }]);
  await the.client.ended(runs);
  expect(said).toContain('this Redis knows no users: here every service may do everything in it');
});

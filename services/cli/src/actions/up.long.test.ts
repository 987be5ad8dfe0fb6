import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRedisCredentials, redisAclPath } from '@marketops/engine';
import {
  findRedisServer,
  type PrivateRedisOptions,
  type RedisServer,
  type SimulatedGitHub,
  startPrivateRedis,
  startSimulatedGitHub,
} from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exampleRepositories } from '../processes/simulated-github.js';
import { isAlive, type JsonLine, jsonLines } from '../testing/json-lines.js';
import { type CommandResult, runCommand, startCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const found = await findRedisServer().catch((fault: unknown) => String(fault));
const unless = typeof found === 'string' ? ` (skipped: ${found})` : '';
const server = found as RedisServer;
const folder = temporaryFolders();

const plan = `tenant_id: acme
repository: acme/widgets
operations:
  - { id: tag, kind: tag_repo, tag_name: v1 }
`;

describe.skipIf(unless !== '')(`marketops up${unless}`, () => {
  let github: SimulatedGitHub;
  const tokens = () => ({
    GITHUB_API_URL: github.url,
    GITHUB_UPLOAD_URL: github.uploadsUrl,
    GITHUB_READ_TOKEN: 'may-read',
    GITHUB_TOKEN: 'may-write',
    // Whatever else listens on this machine.
    MARKETOPS_CONSOLE_PORT: '0',
  });
  beforeAll(async () => {
    github = await startSimulatedGitHub({ seed: exampleRepositories, tokens: ['may-read', 'may-write'] });
  });
  afterAll(() => github.stop());

  const prepared = async (): Promise<string> => {
    const cwd = folder();
    expect((await runCommand(['init'], { cwd })).code).toBe(0);
    writeFileSync(join(cwd, 'plan.yml'), plan);
    return cwd;
  };
  const usersOf = (cwd: string) => {
    const dataDir = join(cwd, '.marketops');
    return { aclFile: redisAclPath(dataDir), admin: readRedisCredentials(dataDir, 'admin') };
  };
  const redisWith = async (options: Omit<PrivateRedisOptions, 'dataDir'>): Promise<string> => {
    const redis = await startPrivateRedis(server, { ...options, dataDir: folder() });
    onTestFinished(() => redis.stop());
    return redis.socket;
  };
  const started = async (cwd: string, env: Readonly<Record<string, string>>) => {
    const up = startCommand(['up', '--json'], { cwd, env });
    onTestFinished(async () => {
      if (up.exitCode === null && up.signalCode === null) {
        up.kill('SIGTERM');
        await once(up, 'exit');
      }
    });
    const lines = jsonLines(up.stdout);
    return { up, lines, ready: await lines.until((line) => line['ready'] === true) };
  };
  const refused = async (cwd: string, env: Readonly<Record<string, string>>): Promise<CommandResult> => {
    const result = await runCommand(['up'], { cwd, env });
    expect(result.code, result.stderr).toBe(2);
    expect(existsSync(join(cwd, '.marketops/system.json'))).toBe(false);
    return result;
  };

  it('given GitHub and a Redis of its own, then it ships, starts again what is killed, and stops in order at SIGTERM', async () => {
    const cwd = await prepared();
    const { up, lines, ready } = await started(cwd, tokens());
    expect(ready).toMatchObject({ github: github.url, github_simulated: false });
    const pids = ready['pids'] as Record<string, number>;
    expect(Object.keys(pids).sort()).toEqual(['console', 'federation', 'ledger', 'planner', 'publisher']);

    process.kill(Number(pids['publisher']), 'SIGKILL');
    const isAgain = (line: JsonLine) =>
      line['name'] === 'publisher' && line['state'] === 'running' && line['pid'] !== pids['publisher'];
    const again = await lines.until(isAgain);
    expect(lines.all).toContainEqual(
      expect.objectContaining({ name: 'publisher', state: 'waiting', reason: 'it ended with SIGKILL' }),
    );
    const prod = await runCommand(['submit', 'plan.yml', '--mode', 'prod', '--wait'], { cwd });
    expect(prod.stderr).toContain('run completed: 1 succeeded');

    up.kill('SIGTERM');
    const [code] = (await once(up, 'exit')) as [number | null];
    expect(code).toBe(0);
    const stopped = lines.all.filter((line) => line['state'] === 'stopped').map((line) => line['name']);
    expect(stopped.at(-1)).toBe('ledger');
    expect([...Object.values(pids), Number(again['pid'])].filter(isAlive)).toEqual([]);
    expect(existsSync(join(cwd, '.marketops/system.json'))).toBe(false);
  }, 180_000);

  it('given no token, or marketops.yml alone says where GitHub is, then it simulates nothing and says what is missing', async () => {
    const { stderr } = await refused(await prepared(), {});
    expect(stderr).toContain('github_token_missing');
  }, 60_000);

  it('F4: given a Redis that lets anybody in, then it refuses it, whatever marketops.yml allows', async () => {
    const cwd = await prepared();
    const open = await redisWith({ durability: 'everysec' });
    const { stderr } = await refused(cwd, { ...tokens(), REDIS_URL: open });
    expect(stderr).toMatch(/redis_unsafe/);
  }, 60_000);

  it('given a Redis that forgets, then it refuses it, though marketops.yml allows it', async () => {
    const cwd = await prepared();
    const path = join(cwd, 'marketops.yml');
    const text = readFileSync(path, 'utf8').replace(
      /^allow_non_durable_redis: false$/m,
      'allow_non_durable_redis: true',
    );
    expect(text).toContain('allow_non_durable_redis: true');
    writeFileSync(path, text);
    const forgetful = await redisWith({ durability: 'none', users: usersOf(cwd) });
    const { stderr } = await refused(cwd, { ...tokens(), REDIS_URL: forgetful });
    expect(stderr).toContain('redis_not_durable');
  }, 60_000);

  it('given a Redis with the users of this system, then each service comes in as itself; with another’s, or one that evicts, it is refused', async () => {
    const cwd = await prepared();
    const other = await prepared();
    const users = usersOf(cwd);
    const socket = await redisWith({ durability: 'everysec', users });
    expect((await refused(other, { ...tokens(), REDIS_URL: socket })).stderr).toContain('redis_unsafe');

    const evicting = await redisWith({
      ...{ durability: 'everysec', users },
      args: ['--maxmemory-policy', 'allkeys-lru'],
    });
    expect((await refused(cwd, { ...tokens(), REDIS_URL: evicting })).stderr).toContain('allkeys-lru');

    await started(cwd, { ...tokens(), REDIS_URL: socket });
    const dry = await runCommand(['submit', 'plan.yml', '--wait'], { cwd });
    expect(dry.code, dry.stderr).toBe(0);
  }, 180_000);
});

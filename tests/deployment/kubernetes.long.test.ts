import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleRepositories } from '@marketops/cli';
import { readRedisCredentials } from '@marketops/engine';
import {
  findRedisServer,
  type RedisServer,
  type SimulatedGitHub,
  startSimulatedGitHub,
} from '@marketops/local';
import { connectRedis, withCredentials } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Compose, containerOf } from '../docker/compose.js';
import {
  ownFiles,
  type RunningContainer,
  type Sandbox,
  sandboxOf,
  startContainer,
} from '../docker/container.js';
import { freePort, type RunningRedis, started } from '../docker/redis.js';
import { allReleases } from '../support/simulated-github.js';
import { asContainers } from './as-containers.js';
import { manifestsOf, root } from './manifests.js';
import { type PreparedCluster, prepared } from './prepared.js';

const found = await findRedisServer().catch((fault: unknown) => String(fault));
const unless = typeof found === 'string' ? ` (skipped: ${found})` : '';
const server = found as RedisServer;
const workers = ['ledger', 'planner', 'federation', 'publisher'] as const;

const plan = `tenant_id: acme
repository: acme/widgets
operations:
  - { id: release, kind: publish_release, tag_name: v1, release_name: One, target: main, body: Rounder than ever. }
`;

/** No cluster is needed: each pod’s command, environment and files, as processes of this machine. */
describe.skipIf(unless !== '')(`infra/kubernetes, run as processes on loopback${unless}`, () => {
  let the: PreparedCluster;
  let github: SimulatedGitHub;
  let redis: RunningRedis;
  let parent = '';
  let pods: Compose;
  const sandboxes = new Map<string, Sandbox>();
  const running = new Map<string, RunningContainer>();
  const redisUrl = () => `redis://127.0.0.1:${redis.port}`;
  const start = async (name: string) => {
    const sandbox =
      sandboxes.get(name) ?? sandboxOf(pods, name, join(parent, 'roots'), { redisUrl: redisUrl() });
    sandboxes.set(name, sandbox);
    running.set(name, await startContainer(pods, name, sandbox));
  };
  const node = (args: readonly string[], env: Readonly<Record<string, string>>) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      execFile(
        process.execPath,
        args,
        { cwd: root, env: { ...env }, timeout: 60_000 },
        (fault, stdout, stderr) =>
          resolve({ code: fault === null ? 0 : Number(fault.code ?? -1), output: stdout + stderr }),
      );
    });
  const probe = (name: string, ...words: string[]) => {
    const [, , ...args] = containerOf(pods, name).healthcheck?.test ?? [];
    return node([...args, ...words], running.get(name)?.env ?? {});
  };
  /** The command, on the machine whose folder the overlay was made of. */
  const marketops = (...words: string[]) =>
    node([join(root, 'services/cli/dist/main.js'), ...words, '--config', join(the.dir, 'marketops.yml')], {
      PATH: process.env['PATH'] ?? '',
      HOME: parent,
      REDIS_URL: redisUrl(),
      REDIS_USERNAME: 'console',
      REDIS_PASSWORD_FILE: join(the.dir, '.marketops/keys/console/redis-password'),
    });

  beforeAll(async () => {
    github = await startSimulatedGitHub({ seed: exampleRepositories, tokens: ['may-read', 'may-write'] });
    the = prepared(github.url);
    parent = mkdtempSync(join(tmpdir(), 'marketops-pods-'));
    pods = asContainers(manifestsOf(join(the.dir, 'kubernetes')), parent);
    const { command = [], volumes } = containerOf(pods, 'redis');
    const port = await freePort();
    const at = (word: string): string => {
      const mount = volumes.find(({ target }) => word === target || word.startsWith(`${target}/`));
      return mount === undefined ? word : `${mount.source}${word.slice(mount.target.length)}`;
    };
    const [, ...words] = command;
    redis = await started(server, [...words.map(at), '--port', String(port), '--bind', '127.0.0.1'], port);
    writeFileSync(join(the.dir, 'releases/plan.yml'), plan);
    await start('ledger');
    await Promise.all(workers.filter((name) => name !== 'ledger').map(start));
  }, 240_000);
  afterAll(async () => {
    await Promise.all([...running.values()].map((pod) => pod.stop()));
    await redis?.stop();
    await github?.stop();
    the?.remove();
    rmSync(parent, { recursive: true, force: true });
  });

  it('given a prod run, then it goes through all of them and ships, and no pod has written but into its volumes', async () => {
    const before = workers.map((name) => ownFiles(sandboxes.get(name)?.dir ?? ''));
    const { code, output } = await marketops(
      'submit',
      join(the.dir, 'releases/plan.yml'),
      '--mode',
      'prod',
      '--wait',
    );
    expect(code, output).toBe(0);
    expect(output).toContain('run completed: 1 succeeded');
    expect(await allReleases(github.url)).toMatchObject([{ tag_name: 'v1', name: 'One' }]);
    expect(workers.map((name) => ownFiles(sandboxes.get(name)?.dir ?? ''))).toEqual(before);
  }, 120_000);

  it('F4: gives the copy of each secret to its owner alone, and refuses nobody anything in Redis', async () => {
    for (const name of workers) {
      const keys = sandboxes.get(name)?.env['MARKETOPS_KEYS_DIR'] ?? '';
      expect(readdirSync(keys)).toContain('redis-password');
      for (const file of readdirSync(keys)) expect(statSync(join(keys, file)).mode & 0o777, file).toBe(0o600);
    }
    const admin = readRedisCredentials(join(the.dir, '.marketops'), 'admin');
    const client = connectRedis(withCredentials(redisUrl(), admin));
    const refusals = (await client.call('ACL', 'LOG')) as unknown[];
    client.disconnect();
    expect(refusals).toEqual([]);
  });

  it('starts the console, which is well, shows its page, and writes nothing but its volumes', async () => {
    const sandbox = sandboxOf(pods, 'console', join(parent, 'roots'), { redisUrl: redisUrl() });
    const layout = ownFiles(sandbox.dir);
    const port = String(await freePort());
    const env = { ...sandbox.env, MARKETOPS_CONSOLE_HOST: '127.0.0.1', MARKETOPS_CONSOLE_PORT: port };
    const pod = await startContainer(pods, 'console', { ...sandbox, env });
    running.set('console', pod);
    expect((await probe('console')).code).toBe(0);
    const page = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(10_000) });
    expect(page.status).toBe(200);
    await page.body?.cancel();
    expect(ownFiles(sandbox.dir)).toEqual(layout);
  }, 60_000);

  it('answers its probes: well and alive while it is, and neither when it is gone', async () => {
    for (const name of workers) expect((await probe(name)).code, name).toBe(0);
    expect((await probe('federation', 'alive')).code).toBe(0);
    await running.get('federation')?.stop();
    expect((await probe('federation', 'alive')).code).toBe(1);
    await start('federation');
    expect((await probe('federation')).code).toBe(0);
  }, 60_000);
});

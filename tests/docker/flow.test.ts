import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { exampleRepositories } from '@marketops/cli';
import { readRedisCredentials } from '@marketops/engine';
import {
  findRedisServer,
  type RedisServer,
  type SimulatedGitHub,
  startSimulatedGitHub,
} from '@marketops/local';
import { connectRedis, withCredentials } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { allReleases } from '../support/simulated-github.js';
import { containerOf, root, workers } from './compose.js';
import { ownFiles, type RunningContainer, type Sandbox, sandboxOf, startContainer } from './container.js';
import { type Prepared, prepared } from './prepared.js';
import { freePort, type RunningRedis, startComposeRedis, started } from './redis.js';

const found = await findRedisServer().catch((fault: unknown) => String(fault));
const unless = typeof found === 'string' ? ` (skipped: ${found})` : '';
const server = found as RedisServer;
const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

interface Ended {
  readonly code: number;
  readonly output: string;
}
const run = (file: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd = root) =>
  new Promise<Ended>((resolve) => {
    execFile(file, args, { cwd, env: { ...env }, timeout: 60_000 }, (fault, stdout, stderr) =>
      resolve({ code: fault === null ? 0 : Number(fault.code ?? -1), output: stdout + stderr }),
    );
  });

/** What a folder holds, byte for byte: a mount that is read-only is the same afterwards. */
function digestOf(path: string): string {
  if (!statSync(path).isDirectory()) return createHash('sha256').update(readFileSync(path)).digest('hex');
  return readdirSync(path)
    .sort()
    .map((name) => `${name}:${digestOf(join(path, name))}`)
    .join('\n');
}

const plan = `tenant_id: acme
repository: acme/widgets
operations:
  - { id: release, kind: publish_release, tag_name: v1, release_name: One, target: main, body_file: notes.md }
`;

/** No container engine is needed: each container's command, environment and files, as processes of this machine. */
describe.skipIf(unless !== '')(`docker-compose.yml, run as processes on loopback${unless}`, () => {
  let the: Prepared;
  let github: SimulatedGitHub;
  let redis: RunningRedis;
  let roots = '';
  let shipped = '';
  const sandboxes = new Map<string, Sandbox>();
  const running = new Map<string, RunningContainer>();
  const dataDir = () => join(the.dir, '.marketops');
  const redisUrl = () => `redis://127.0.0.1:${redis.port}`;
  const sandbox = (name: string): Sandbox => {
    const made = sandboxes.get(name) ?? sandboxOf(the.compose, name, roots, { redisUrl: redisUrl() });
    sandboxes.set(name, made);
    return made;
  };
  const start = async (name: string) =>
    running.set(name, await startContainer(the.compose, name, sandbox(name)));
  const healthcheck = (name: string) => {
    const [kind, program, ...args] = containerOf(the.compose, name).healthcheck?.test ?? [];
    expect([kind, program]).toEqual(['CMD', 'node']);
    return run(process.execPath, args, running.get(name)?.env ?? {});
  };
  const marketops = (...words: string[]) => {
    const [, ...entry] = containerOf(the.compose, 'marketops').entrypoint ?? [];
    const args = entry.map((word) => word.replace(/^\/app\//, root));
    const { dir, env } = sandbox('marketops');
    return run(process.execPath, [...args, ...words], env, join(dir, 'etc/marketops'));
  };
  const readOnly = (): string[] =>
    Object.values(the.compose.services)
      .flatMap(({ volumes }) => volumes)
      // The planner writes blobs and the ledger its journal; here all of them see the same folders.
      .filter(({ read_only: closed, source }) => closed === true && !source.includes('/compose/'))
      .map(({ source }) => (source.startsWith('./') ? join(root, source) : source));

  beforeAll(async () => {
    github = await startSimulatedGitHub({ seed: exampleRepositories, tokens: ['may-read', 'may-write'] });
    the = prepared({ GITHUB_API_URL: github.url, GITHUB_UPLOAD_URL: github.uploadsUrl });
    roots = mkdtempSync(join(tmpdir(), 'marketops-roots-'));
    writeFileSync(join(dataDir(), 'compose/github-read-token'), 'may-read\n');
    writeFileSync(join(dataDir(), 'compose/github-token'), 'may-write\n');
    writeFileSync(join(the.dir, 'releases/plan.yml'), plan);
    writeFileSync(join(the.dir, 'releases/notes.md'), 'Rounder than ever.\n');
    redis = await startComposeRedis(server, the.compose, await freePort());
    await start('ledger');
    await Promise.all(['planner', 'federation', 'publisher'].map(start));
  }, 120_000);
  afterAll(async () => {
    await Promise.all([...running.values()].map((container) => container.stop()));
    await redis?.stop();
    await github?.stop();
    the?.remove();
    rmSync(roots, { recursive: true, force: true });
  });

  it('D1, F4: given a dry run, then it goes through all of them and is blocked, and a prod run ships', async () => {
    const before = readOnly().map(digestOf);
    const layouts = new Map(workers.map((name) => [name, ownFiles(sandbox(name).dir)]));
    const dry = await marketops('submit', 'releases/plan.yml', '--wait', '--json');
    expect(JSON.parse(dry.output)).toMatchObject({
      mode: 'dry_run',
      outcome: { status: 'blocked' },
      as_hoped: true,
    });
    expect(await allReleases(github.url)).toEqual([]);
    const prod = await marketops(
      'submit',
      'releases/plan.yml',
      '--mode',
      'prod',
      '--idempotency-key',
      'one',
      '--wait',
    );
    expect(prod.output).toContain('run completed: 1 succeeded');
    [shipped = ''] = prod.output.split('\n');
    expect(await allReleases(github.url)).toMatchObject([{ tag_name: 'v1', name: 'One' }]);
    expect((await marketops('verify')).code).toBe(0);
    const doctor = await marketops('doctor', '--json');
    const { findings } = JSON.parse(doctor.output) as {
      findings: { name: string; verdict: string; detail: string }[];
    };
    // The command sees no other's keys, which is what the doctor of one machine would look for.
    expect(findings.filter(({ name, verdict }) => verdict === 'fail' && name !== 'keys')).toEqual([]);
    // What is mounted read-only was not written, and a container writes nothing but its mounts.
    expect(readOnly().map(digestOf)).toEqual(before);
    for (const name of workers) expect(ownFiles(sandbox(name).dir), name).toEqual(layouts.get(name));
  }, 120_000);

  it('answers the healthchecks of the services: well while they are, and not when they are gone', async () => {
    for (const name of workers) {
      const { code, output } = await healthcheck(name);
      expect(code, `${name}: ${output}`).toBe(0);
    }
    const killed = running.get('federation');
    await killed?.stop();
    expect((await healthcheck('federation')).code).toBe(1);
    await start('federation');
    expect((await healthcheck('federation')).code).toBe(0);
  }, 60_000);

  it.skipIf(!onPath('redis-cli'))(
    'calls Redis well while it answers and lets nobody in without a password',
    async () => {
      const [kind, script = ''] = containerOf(the.compose, 'redis').healthcheck?.test ?? [];
      expect(kind).toBe('CMD-SHELL');
      const env = { PATH: process.env['PATH'] ?? '' };
      const check = (port: number) => run('/bin/sh', ['-c', script.replace('6379', String(port))], env);
      expect((await check(redis.port)).code).toBe(0);
      const port = await freePort();
      expect((await check(port)).code).not.toBe(0);
      const open = await started(server, ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], port);
      onTestFinished(async () => void (await open.stop()));
      expect((await check(port)).code).not.toBe(0);
    },
  );

  it('has a Redis that keeps its data and refuses when full, where nobody is `default` and everybody is refused nothing', async () => {
    const admin = connectRedis(withCredentials(redisUrl(), readRedisCredentials(dataDir(), 'admin')));
    onTestFinished(() => admin.disconnect());
    const settings = (await admin.call(
      'CONFIG',
      'GET',
      'append*',
      'maxmemory-policy',
      'save',
      'protected-mode',
    )) as string[];
    expect(settings.join(' ')).toMatch(
      /(?=.*appendonly yes)(?=.*appendfsync everysec)(?=.*noeviction)(?=.*protected-mode yes)/,
    );
    const [, flags] = (await admin.call('ACL', 'GETUSER', 'default')) as [string, string[]];
    expect(flags).toContain('off');
    expect(flags).not.toContain('nopass');
    const entries = (await admin.call('ACL', 'LOG')) as (string | number)[][];
    expect(entries.map((entry) => entry.join(' '))).toEqual([]);
    const nobody = connectRedis(redisUrl());
    onTestFinished(() => nobody.disconnect());
    await expect(nobody.call('GET', 'x')).rejects.toThrow(/NOAUTH/);
  });

  it('L2: given all are stopped and started again, then Redis has read its log as `default`, and the same key is the same run', async () => {
    const codes = await Promise.all([...running.values()].map((container) => container.stop()));
    expect(codes).toEqual(codes.map(() => 0));
    running.clear();
    expect(await redis.stop()).toBe(0);
    redis = await startComposeRedis(server, the.compose, redis.port);
    await start('ledger');
    await Promise.all(['planner', 'federation', 'publisher'].map(start));
    const again = await marketops(
      'submit',
      'releases/plan.yml',
      '--mode',
      'prod',
      '--idempotency-key',
      'one',
      '--wait',
    );
    expect(again.output.split('\n')[0]).toBe(shipped);
    expect(shipped).toMatch(/^run_/);
    expect(again.output).toContain('run completed: 1 succeeded');
    expect(await allReleases(github.url)).toHaveLength(1);
    const next = await marketops('submit', 'releases/plan.yml', '--wait');
    expect(next.code, next.output).toBe(0);
    await vi.waitFor(async () => expect((await healthcheck('ledger')).code).toBe(0), { timeout: 30_000 });
  }, 120_000);

  it('F4: given any one file of its keys or its token is missing, then a service does not start: it is mounted nothing it does not read', async () => {
    // A ledger without this one acknowledges as ever and publishes nothing: docs/log.md.
    const withoutItGoesOn = ['checkpoint.json'];
    // Each has files of its own, so they can be asked at the same time.
    const withoutEach = async (name: string): Promise<void> => {
      const { env } = sandbox(name);
      const keys = env['MARKETOPS_KEYS_DIR'] ?? '';
      const { command, secrets = [] } = containerOf(the.compose, name);
      const tokens = secrets.map((secret) => the.compose.secrets[secret]?.file ?? '');
      const files = readdirSync(keys).filter((file) => !withoutItGoesOn.includes(file));
      for (const path of [...files.map((file) => join(keys, file)), ...tokens]) {
        const content = readFileSync(path);
        rmSync(path);
        const [, ...args] = command ?? [];
        const { code, output } = await run(process.execPath, args, env);
        writeFileSync(path, content, { mode: 0o600 });
        expect(code, `${name} without ${path}`).toBe(1);
        expect(output, `${name} without ${path}`).toMatch(/cannot be read/);
      }
    };
    await Promise.all(workers.map(withoutEach));
  }, 120_000);
});

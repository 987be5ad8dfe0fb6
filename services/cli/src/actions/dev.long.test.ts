import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import type { SystemFile } from '@marketops/operator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, type JsonLine, jsonLines } from '../testing/json-lines.js';
import { resultOf, runCommand, startCommand } from '../testing/run-command.js';

const plan = (tag: string) => `tenant_id: acme
repository: acme/widgets
operations:
  - { id: tag, kind: tag_repo, tag_name: ${tag} }
`;

describe('marketops dev', () => {
  let redis: ProvidedRedis;
  let cwd = '';
  let dev: ReturnType<typeof startCommand>;
  let lines: ReturnType<typeof jsonLines>;
  let ready: JsonLine;
  const env = () => ({ REDIS_URL: redis.url });
  const pids = (): number[] => Object.values(ready['pids'] as Record<string, number>);

  beforeAll(async () => {
    redis = await testRedis();
    cwd = mkdtempSync(join(tmpdir(), 'marketops-dev-'));
    await runCommand(['init'], { cwd });
  });
  afterAll(async () => {
    await redis.stop();
    rmSync(cwd, { recursive: true, force: true });
  });
  beforeEach(async () => {
    dev = startCommand(['dev', '--json', '--allow-non-durable-redis'], { cwd, env: env() });
    lines = jsonLines(dev.stdout);
    ready = await lines.until((line) => line['ready'] === true);
  }, 120_000);
  afterEach(async () => {
    if (dev.exitCode === null && dev.signalCode === null) {
      dev.kill('SIGINT');
      await once(dev, 'exit');
    }
  });

  it('says what runs, works, and ends in order at Ctrl-C', async () => {
    const system = JSON.parse(readFileSync(join(cwd, '.marketops/system.json'), 'utf8')) as SystemFile;
    expect(statSync(join(cwd, '.marketops/system.json')).mode & 0o077).toBe(0);
    expect(Object.keys(system.services).sort()).toEqual([
      'console',
      'federation',
      'github',
      'ledger',
      'planner',
      'publisher',
    ]);

    writeFileSync(join(cwd, 'plan.yml'), plan('v1'));
    const dry = await runCommand(['submit', 'plan.yml', '--wait', '--json'], { cwd, env: env() });
    expect(JSON.parse(dry.stdout)).toMatchObject({
      mode: 'dry_run',
      outcome: { status: 'blocked' },
      as_hoped: true,
    });
    expect(dry.code).toBe(0);

    const key = ['--idempotency-key', 'v1'];
    const prod = await runCommand(['submit', 'plan.yml', '--mode', 'prod', '--wait', ...key], {
      cwd,
      env: env(),
    });
    expect(prod.stderr).toContain('run completed: 1 succeeded');
    expect(prod.stdout).toMatch(/^run_[0-9a-z]{26}\n$/);
    expect(prod.code).toBe(0);

    const again = await runCommand(['submit', 'plan.yml', '--mode', 'prod', ...key], { cwd, env: env() });
    expect(again.stdout).toBe(prod.stdout);
    expect(again.stderr).toContain('it is the same run');

    const other = await runCommand(['submit', 'plan.yml', '--mode', 'dry_run', ...key], { cwd, env: env() });
    expect(other.stderr).toContain('idempotency_conflict');
    expect(other.code).toBe(2);

    const run = prod.stdout.trim();
    const cancelled = await runCommand(['cancel', run, '--reason', 'too late'], { cwd, env: env() });
    expect(cancelled.code).toBe(4);
    const doctor = await runCommand(['doctor', '--json'], { cwd, env: env() });
    const { findings } = JSON.parse(doctor.stdout) as {
      findings: readonly { name: string; verdict: string }[];
    };
    expect(findings.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect(findings.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'config',
        'keys',
        'redis',
        'clock',
        'partitions',
        'outbox',
        'queue',
        'ledger',
        'disk',
      ]),
    );
    expect(doctor.code).toBe(0);

    const ended = resultOf(dev);
    dev.kill('SIGINT');
    expect((await ended).code).toBe(0);
    const stopped = lines.all.filter((line) => line['state'] === 'stopped').map((line) => line['name']);
    expect(stopped).toEqual(['console', 'publisher', 'federation', 'planner', 'ledger', 'github']);
    expect(pids().filter(isAlive)).toEqual([]);
    expect(existsSync(join(cwd, '.marketops/system.json'))).toBe(false);
  });

  it.skipIf(!existsSync('/proc/self/environ'))(
    'X3: no token stands in the environment of any process',
    () => {
      const folder = join(cwd, '.marketops/simulated-github');
      const tokens = readFileSync(join(folder, 'tokens'), 'utf8').trim().split('\n');
      expect(tokens).toHaveLength(2);
      expect(pids()).toHaveLength(6);
      for (const pid of pids()) {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        for (const token of tokens) expect(environment).not.toContain(token);
      }
      for (const name of ['tokens', 'read-token', 'write-token']) {
        expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
      }
    },
  );

  it('starts a service again that somebody killed, and works on', async () => {
    const { publisher = 0 } = ready['pids'] as Record<string, number>;
    process.kill(publisher, 'SIGKILL');
    const again = await lines.until(
      (line) => line['name'] === 'publisher' && line['state'] === 'running' && line['pid'] !== publisher,
    );
    writeFileSync(join(cwd, 'plan.yml'), plan('v2'));
    const prod = await runCommand(['submit', 'plan.yml', '--mode', 'prod', '--wait'], { cwd, env: env() });
    expect(prod.code).toBe(0);
    const { services } = JSON.parse(readFileSync(join(cwd, '.marketops/system.json'), 'utf8')) as SystemFile;
    expect(services['publisher']?.pid).toBe(again['pid']);
  });

  it('is refused a second time over the same folder', async () => {
    const second = await runCommand(['dev', '--allow-non-durable-redis'], { cwd, env: env() });
    expect(second.stderr).toContain('system_running');
    expect(second.code).toBe(2);
  });

  it('leaves no process behind when it is killed itself', async () => {
    const { services } = JSON.parse(readFileSync(join(cwd, '.marketops/system.json'), 'utf8')) as SystemFile;
    // The end of a process closes its connections: that is what is waited for.
    const sockets = Object.values(services).flatMap(({ health_port: port }) =>
      port === null ? [] : [connect(port, '127.0.0.1')],
    );
    expect(sockets).toHaveLength(5);
    for (const socket of sockets) socket.write('GET /health HTTP/1.1\r\nHost: health\r\n\r\n');
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    const gone = sockets.map((socket) =>
      once(
        socket.on('error', () => undefined),
        'close',
      ),
    );
    dev.kill('SIGKILL');
    await Promise.all(gone);
  });
});

describe('marketops dev over a Redis that forgets', () => {
  it('is refused unless it is said to be acceptable', async () => {
    const redis = await testRedis();
    const cwd = mkdtempSync(join(tmpdir(), 'marketops-dev-'));
    try {
      await runCommand(['init'], { cwd });
      const { code, stderr } = await runCommand(['dev'], { cwd, env: { REDIS_URL: redis.url } });
      expect(stderr).toContain('redis_not_durable');
      expect(stderr).toContain('--allow-non-durable-redis');
      expect(code).toBe(2);
    } finally {
      await redis.stop();
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});

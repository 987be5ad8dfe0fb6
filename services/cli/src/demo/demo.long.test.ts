import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ProvidedRedis, provideRedis, testRedis } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../testing/json-lines.js';
import { type CommandResult, resultOf, runCommand, startCommand } from '../testing/run-command.js';

const run = promisify(execFile);

interface Summary {
  readonly held: boolean;
  readonly expectations: readonly {
    readonly name: string;
    readonly held: boolean;
    readonly detail: string;
  }[];
  readonly folder: string;
  readonly processes: Readonly<Record<string, number>>;
  readonly dry_run: { readonly run_id: string };
  readonly prod: { readonly run_id: string };
  readonly receipts: readonly unknown[];
  readonly github: { readonly requests: { readonly writes: number } };
  readonly next: readonly { readonly command: string; readonly purpose: string }[];
}

describe('marketops demo', () => {
  let cwd = '';
  let redis: ProvidedRedis;
  let env: Record<string, string> = {};
  let result: CommandResult;
  let summary: Summary;
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'marketops-demo-'));
    redis = await testRedis();
    env = { REDIS_URL: redis.url };
    result = await runCommand(['demo', '--json'], { cwd, env });
    summary = JSON.parse(result.stdout) as Summary;
  }, 120_000);
  afterAll(async () => {
    await redis.stop();
    rmSync(cwd, { recursive: true, force: true });
  });

  it('holds, every expectation of it, and says so with its exit code', () => {
    expect(summary.expectations.filter(({ held }) => !held)).toEqual([]);
    expect(summary.expectations.length).toBeGreaterThanOrEqual(14);
    expect(summary.held).toBe(true);
    expect(result.code).toBe(0);
    expect(result.stderr).toBe('');
  });

  it('shipped exactly what was planned: one tag, one release with two assets, one pull request', () => {
    // tag object, ref, draft, two assets, publishing, pull request
    expect(summary.github.requests.writes).toBe(7);
    expect(summary.receipts).toHaveLength(3);
  });

  it('leaves its folder and no process', () => {
    expect(existsSync(join(summary.folder, '.marketops', 'ledger', 'journal'))).toBe(true);
    expect(Object.keys(summary.processes).sort()).toEqual([
      'federation',
      'github',
      'ledger',
      'planner',
      'publisher',
    ]);
    expect(Object.values(summary.processes).filter(isAlive)).toEqual([]);
  });

  it('writes no token to any log', async () => {
    const { stdout } = await run('grep', ['-rlE', 'simulated_(read|write)_[0-9a-f]{40}', '.'], {
      cwd: summary.folder,
    });
    const folder = './.marketops/simulated-github';
    expect(stdout.trim().split('\n').sort()).toEqual(
      ['read-token', 'tokens', 'write-token'].map((name) => `${folder}/${name}`),
    );
  });

  const nextNamed = (purpose: string): string =>
    summary.next.find((step) => step.purpose.startsWith(purpose))?.command ?? 'false';
  const shell = (command: string) =>
    run('/bin/sh', ['-c', command], { cwd, env: { ...process.env, ...env } }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (fault: { code: number; stdout: string }) => ({ code: fault.code, stdout: fault.stdout }),
    );

  it.each([
    ['what happened when', 'Authorize'],
    ['receipts and checks', 'The twelve checks'],
    ['the ledger again', 'continues what was seen'],
  ])('prints commands that work as they stand: %s', async (purpose, shown) => {
    const { code, stdout } = await shell(nextNamed(purpose));
    expect(stdout).toContain(shown);
    expect(code).toBe(0);
  });

  it('shows how a changed history is found out: law, file, line and entry', async () => {
    const { code, stdout } = await shell(nextNamed('change history'));
    expect(stdout).toMatch(/FAILS {2}law L1/);
    expect(stdout).toMatch(/\.jsonl line \d+, entry \d+:/);
    expect(code).toBe(1);
  });

  it('lets both runs be read from the ledger alone', async () => {
    const config = ['--config', join(summary.folder, 'marketops.yml')];
    const { stdout } = await runCommand(['runs', '--json', ...config], { cwd });
    const { runs } = JSON.parse(stdout) as {
      runs: readonly { run_id: string; mode: string; outcome: string }[];
    };
    expect(runs.map(({ mode, outcome }) => [mode, outcome])).toEqual([
      ['prod', 'completed'],
      ['dry_run', 'blocked'],
    ]);
    const events = await runCommand(['events', summary.prod.run_id, '--json', ...config], { cwd });
    const lines = events.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ledger_sequence: number });
    expect(lines).toHaveLength(18);
    expect(lines.every(({ ledger_sequence: sequence }) => sequence > 0)).toBe(true);
  });

  it('shows the dry run as what it is: no check was ever asked', async () => {
    const config = ['--config', join(summary.folder, 'marketops.yml')];
    const { code, stdout } = await runCommand(['show', summary.dry_run.run_id, ...config], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('not asked: a dry run never comes to the gate');
    expect(stdout).not.toContain('enforceable');
  });

  it('leaves the Redis of somebody else alone', async () => {
    // The first demo's keys are in it by now.
    const again = await runCommand(['demo', '--json'], { cwd, env });
    expect(JSON.parse(again.stdout)).toMatchObject({ held: true });
    expect(JSON.parse(again.stdout).redis.source).not.toBe('url');
  });
});

describe('marketops demo, interrupted', () => {
  it('stops everything it started, and keeps the folder', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'marketops-demo-'));
    const child = startCommand(['demo'], { cwd });
    let told = '';
    const started = new Promise<void>((resolve) =>
      child.stdout.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        if (/A dry run/.test(told)) resolve();
      }),
    );
    const result = resultOf(child);
    await started;
    child.kill('SIGINT');
    const { code } = await result;
    const pids = [...told.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
    expect(pids).toHaveLength(5);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(code).toBe(130);
    expect(readdirSync(join(cwd, '.marketops', 'demo'))).toHaveLength(1);
    rmSync(cwd, { recursive: true, force: true });
  });
});

describe('marketops demo where only the Redis in JavaScript is to be had', () => {
  it('holds all the same, and says what that Redis is', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'marketops-demo-'));
    const options = { dataDir: cwd, cacheDir: cwd, allowNonDurable: true };
    const redis = await provideRedis({ ...options, sources: ['javascript'] });
    try {
      const { code, stdout } = await runCommand(['demo'], { cwd, env: { REDIS_URL: redis.url } });
      expect(stdout).toContain('It does not keep its data.');
      expect(stdout).toMatch(/All \d+ expectations held\./);
      expect(code).toBe(0);
    } finally {
      await redis.stop();
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});

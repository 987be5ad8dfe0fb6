import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findRedisServer, startPrivateRedis } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem } from '../processes/system.js';
import { resultOf, runCommand, startCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();
let dir: string;
let env: Record<string, string>;

const run = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await runCommand(['ledger', ...args], { cwd: dir, env });
  return { code, stdout, stderr };
};
const asked = async (...args: readonly string[]) => {
  const { code, stdout } = await run(...args, '--json');
  return { code, said: JSON.parse(stdout) as Record<string, unknown> };
};
const verdicts = async (...args: readonly string[]) => {
  const { code, said } = await asked('fsck', ...args);
  const findings = said['findings'] as readonly { name: string; verdict: string; next?: string }[];
  const bad = findings.filter(({ verdict }) => verdict !== 'ok');
  for (const { next } of bad) expect(next).toMatch(/\S/);
  return { code, repaired: said['repaired'], bad: bad.map(({ name, verdict }) => `${name} ${verdict}`) };
};
const journal = (): string => join(dir, '.marketops/ledger/journal');
const ledger = (...below: readonly string[]): string => join(dir, '.marketops/ledger', ...below);
const files = (): string[] => readdirSync(journal()).sort();

/** A ledger that was written by a service that has ended: one file, with what is said at a start. */
beforeAll(async () => {
  // What `folder` makes goes after each test.
  const kept = mkdtempSync(join(tmpdir(), 'marketops-files-'));
  const redis = await startPrivateRedis(await findRedisServer(), {
    dataDir: join(kept, 'redis'),
    durability: 'none',
  });
  dir = join(kept, 'system');
  mkdirSync(dir);
  env = { REDIS_URL: redis.url };
  const options = { restartCrashed: false, allowNonDurableRedis: true, redisUrl: redis.url };
  const system = await startSystem({ dir, ...options, services: ['ledger', 'federation'] });
  const entries = async () =>
    Number(((await system.health('ledger'))['ledger'] as { sequence: number }).sequence);
  while ((await entries()) < 8);
  while (!existsSync(ledger('tiles', 'checkpoint'))) await entries();
  await system.stop();
  await redis.stop();
}, 120_000);
afterAll(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

describe('marketops ledger stats', { timeout: 120_000 }, () => {
  it('given a ledger, then what is in it adds up', async () => {
    const { code, said } = await asked('stats');
    expect(code).toBe(0);
    const count = (of: string) =>
      Object.values(said[of] as Record<string, number>).reduce((sum, one) => sum + one, 0);
    for (const of of ['by_type', 'by_tenant', 'by_day']) expect(count(of)).toBe(said['entries']);
    expect(said).toMatchObject({
      ...{ indexed: said['entries'], files: files().length, sealed_files: 0, terms: 1 },
      by_type: { 'epoch.opened': 1 },
    });
    expect((await run('stats')).stdout).toContain('days left');
  });

  it('given no ledger, then it says so', async () => {
    const cwd = folder();
    await runCommand(['init'], { cwd });
    for (const command of ['stats', 'fsck', 'export']) {
      const { code, stderr } = await runCommand(['ledger', command], { cwd });
      expect([code, stderr]).toEqual([3, expect.stringContaining('ledger_missing')]);
    }
  });
});

describe('marketops ledger export', { timeout: 120_000 }, () => {
  it('L3: given all entries, then each names the SHA-256 of the line before it, and the end is told', async () => {
    const { code, stdout, stderr } = await run('export');
    expect(code).toBe(0);
    let hash = '0'.repeat(64);
    const lines = stdout.trim().split('\n');
    for (const line of lines) {
      expect((JSON.parse(line) as { prev_hash: string }).prev_hash).toBe(hash);
      hash = createHash('sha256').update(line).digest('hex');
    }
    expect(stderr).toContain(`ends at entry ${lines.length}, hash ${hash}`);
    expect(stderr).toContain('Checkpoint: ');
  });

  it('given what is wanted, then only that; the whole journal with its headers, statements and commits', async () => {
    const events = (await run('export', '--what', 'events', '--type', 'epoch.opened')).stdout.trim();
    expect(JSON.parse(events)).toMatchObject({ type: 'epoch.opened', seq: 1, actor: 'ledger' });
    expect((await run('export', '--until', '3')).stdout.trim().split('\n')).toHaveLength(3);
    expect((await run('export', '--run', `run_${'a'.repeat(26)}`)).stdout).toBe('');
    const whole = (await run('export', '--what', 'journal')).stdout.trim().split('\n');
    const kinds = new Set(whole.map((line) => (JSON.parse(line) as { line: string }).line));
    expect([...kinds].sort()).toEqual(['commit', 'entry', 'header', 'statement']);
  });

  it('given a file, then it is all there and told of; one that is there already stays', async () => {
    const to = join(folder(), 'out.jsonl');
    const { code, said } = await asked('export', '--to', to);
    expect(code).toBe(0);
    expect(said).toMatchObject({ lines: said['last_sequence'], checkpoint: { root: expect.any(String) } });
    expect(readFileSync(to, 'utf8').trim().split('\n')).toHaveLength(Number(said['lines']));
    expect(await asked('export', '--to', to)).toMatchObject({ said: { error: { code: 'report_exists' } } });
    for (const wrong of [
      ['--what', 'journal', '--since', '1h', '--to', to],
      ['--type', 'no.such', '--to', to],
      ['--what', 'entries'],
    ])
      expect(await asked('export', ...wrong)).toMatchObject({ code: 2 });
  });

  it('given a reader that goes away, then it ends without a word about it', async () => {
    const child = startCommand(['ledger', 'export'], { cwd: dir, env });
    child.stdout.destroy();
    const { code, stderr } = await resultOf(child);
    expect([0, 141, null]).toContain(code);
    expect(stderr).not.toMatch(/EPIPE|Error/);
  });
});

describe('marketops ledger fsck', { timeout: 120_000 }, () => {
  it('L1: given a whole ledger, then all is well', async () => {
    expect(await verdicts()).toEqual({ code: 0, repaired: [], bad: [] });
  });

  it('given what was left over, and what others may write, then it is told; --repair removes the one', async () => {
    const [name = ''] = files();
    writeFileSync(join(journal(), `${name}.gz.1-1.sealing`), 'half');
    writeFileSync(join(journal(), 'notes.txt'), '');
    chmodSync(join(journal(), 'notes.txt'), 0o666);
    expect(await verdicts()).toMatchObject({ code: 0, bad: ['files warn', 'files warn', 'files warn'] });
    expect(await verdicts('--repair')).toMatchObject({ repaired: ['1 left-over file removed'] });
    expect(files()).toEqual([...new Set([name, ...files()])].filter((one) => !one.endsWith('.sealing')));
    rmSync(join(journal(), 'notes.txt'));
  });

  it('L1: given tiles that are not of the journal, then they are named, and made again only when that is asked', async () => {
    const path = readdirSync(ledger('tiles', 'tile', 'entries'), { recursive: true })
      .map((one) => ledger('tiles', 'tile', 'entries', String(one)))
      .filter((one) => /\/\d+$/.test(one))
      // The widest: of those before it, how many there are is the projection's affair, nobody reads any.
      .sort((a, b) => Number(basename(a)) - Number(basename(b)))
      .at(-1);
    const bytes = readFileSync(path ?? '');
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(path ?? '', bytes);
    expect(await verdicts()).toEqual({ code: 1, repaired: [], bad: ['tiles fail'] });
    const before = files().map((one) => readFileSync(join(journal(), one), 'utf8'));
    expect((await verdicts('--repair')).repaired).toHaveLength(1);
    expect(existsSync(ledger('tiles', 'checkpoint'))).toBe(false);
    expect(files().map((one) => readFileSync(join(journal(), one), 'utf8'))).toEqual(before);
    expect(await verdicts()).toEqual({ code: 0, repaired: [], bad: ['tiles warn'] });
  });

  it('L1: given a byte of the journal that was changed, then it is named, and nothing repairs it', async () => {
    const path = join(journal(), files()[0] ?? '');
    const whole = readFileSync(path);
    const changed = Buffer.from(whole);
    const at = changed.indexOf('"epoch.opened"') + 2;
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(path, changed);
    const found = await verdicts('--repair');
    expect(found).toMatchObject({ code: 1, bad: expect.arrayContaining(['journal fail']) });
    expect(readFileSync(path).equals(changed)).toBe(true);
    writeFileSync(path, whole);
  });

  it('given a ledger that runs, then nothing is repaired beside it', async () => {
    writeFileSync(ledger('lock'), JSON.stringify({ pid: process.pid }));
    const [index] = readdirSync(ledger('index'), { recursive: true })
      .map((one) => ledger('index', String(one)))
      .filter((one) => one.endsWith('data.mdb'));
    const whole = readFileSync(index ?? '');
    writeFileSync(index ?? '', Buffer.alloc(whole.length));
    const { code, repaired, bad } = await verdicts('--repair');
    expect({ code, repaired, bad: bad.includes('index fail') }).toEqual({ code: 1, repaired: [], bad: true });
    writeFileSync(index ?? '', whole);
    rmSync(ledger('lock'));
  });
});

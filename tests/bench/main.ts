import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '@marketops/engine';
import { defaultCacheDir, provideRedis } from '@marketops/local';
import { connectRedis } from '@marketops/store';
import { verifyJournal } from '@marketops/verifier/node';
import { measureAuthority } from './authority.js';
import { measureConsole } from './console/measure.js';
import { consoleTable } from './console/table.js';
import { measureLedger } from './ledger.js';
import { startMarketOpsSubject } from './marketops/subject.js';
import { closedLoop, type Subject } from './measure/closed-loop.js';
import { usageOf } from './measure/process-usage.js';
import { type BenchResult, median, type Round, round, sideResult, table } from './measure/report.js';
import { measureMillion } from './million/measure.js';
import { millionTable } from './million/report.js';
import { startNaiveSubject } from './naive/subject.js';

/**
 * `npm run bench [-- --json] [--runs N] [--rounds N] [--warm-up N]`. Both sides in one run, in turn, against the same kind of Redis
 * (AOF, everysec), with the same load generator and a stub for GitHub without latency. Then a ledger of `--entries` entries is
 * grown, verified, proven and replayed from; `--only proof` measures that alone. `--only console [--console-runs N]` measures the
 * console: its index of runs, its process over HTTP and its pages in Chromium, which nothing else does. Never gates on a time.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '6000' },
    rounds: { type: 'string', default: '3' },
    window: { type: 'string', default: '1000' },
    // A process that is still being compiled takes half as much again: after fewer runs one measures the compiler.
    'warm-up': { type: 'string', default: '4000' },
    only: { type: 'string', default: 'all' },
    entries: { type: 'string', default: '100000' },
    'console-runs': { type: 'string', default: '100000' },
  },
});
const runs = Number(values.runs);
const rounds = Number(values.rounds);
const window = Number(values.window);
const warmUp = Number(values['warm-up']);
const entries = Number(values.entries);
const consoleRuns = Number(values['console-runs']);
if (!['all', 'proof', 'console'].includes(values.only))
  throw new RangeError('--only is proof or console, or left out');
if (!Number.isSafeInteger(consoleRuns) || consoleRuns < 100)
  throw new RangeError('--console-runs is 100 or more');
if (!Number.isSafeInteger(entries) || entries < 1_000) throw new RangeError('--entries is 1000 or more');
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Side extends Subject {
  readonly pids: Readonly<Record<string, number>>;
}

interface RedisOf {
  readonly url: string;
  readonly pid: number | undefined;
}

async function measure(side: Side, { url, pid: redisPid }: RedisOf, prefix: string): Promise<Round> {
  const pids: [string, number | undefined][] = [...Object.entries(side.pids), ['redis', redisPid]];
  const commandsBefore = await redisInfo(url, 'stats', 'total_commands_processed');
  const before = pids.map(([, pid]) => usageOf(pid)?.cpuMs ?? 0);
  const result = await closedLoop(side, { runs, window, chunk: 50, prefix, silenceMs: 30_000 });
  const cpuMsPerRun = Object.fromEntries(
    pids.map(([name, pid], index) => [name, ((usageOf(pid)?.cpuMs ?? 0) - (before[index] ?? 0)) / runs]),
  );
  say(
    `${side.name.padEnd(10)} ${prefix}: ${round(result.runsPerSecond, 0)} runs/s, p50 ${round(result.p50Ms, 0)} ms, p99 ${round(result.p99Ms, 0)} ms`,
  );
  const commands = (await redisInfo(url, 'stats', 'total_commands_processed')) - commandsBefore;
  return { ...result, cpuMsPerRun, redisCommandsPerRun: commands / runs };
}

async function withRedis<Result>(
  dir: string,
  name: string,
  use: (url: string, pid: number | undefined, describe: string) => Promise<Result>,
): Promise<Result> {
  const redis = await provideRedis({
    dataDir: join(dir, name),
    cacheDir: defaultCacheDir(process.env),
    allowNonDurable: true,
  });
  try {
    return await use(redis.url, redis.pid, redis.describe);
  } finally {
    await redis.stop();
  }
}

async function redisInfo(url: string, section: string, field: string): Promise<number> {
  const redis = connectRedis(url);
  const info = await redis.info(section);
  redis.disconnect();
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}

const usedMemory = (url: string): Promise<number> => redisInfo(url, 'memory', 'used_memory');

const folderBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const dir = mkdtempSync(join(tmpdir(), 'marketops-bench-'));
const ofProof = () =>
  withRedis(dir, 'redis-million', (url) => measureMillion(join(dir, 'million'), url, entries, say));

async function ofRuns(): Promise<Omit<BenchResult, 'million'>> {
  return withRedis(dir, 'redis-marketops', (url, redisPid, describe) =>
    withRedis(dir, 'redis-naive', async (naiveUrl, naiveRedisPid) => {
      const marketops = await startMarketOpsSubject(url, dir);
      const naive = await startNaiveSubject(naiveUrl);
      const naiveRounds: Round[] = [];
      const ourRounds: Round[] = [];
      for (const side of [naive, marketops])
        await closedLoop(side, { runs: warmUp, window, chunk: 50, prefix: 'warm-up', silenceMs: 30_000 });
      const journalDir = join(marketops.dataDir, 'ledger', 'journal');
      const [memoryBefore, journalBefore] = [await usedMemory(url), folderBytes(journalDir)];
      for (let n = 1; n <= rounds; n += 1) {
        naiveRounds.push(await measure(naive, { url: naiveUrl, pid: naiveRedisPid }, `round-${n}`));
        ourRounds.push(await measure(marketops, { url, pid: redisPid }, `round-${n}`));
      }
      const measured = runs * rounds;
      const perRun = (bytes: number) => round(bytes / measured, 0);
      const redisBytes = perRun((await usedMemory(url)) - memoryBefore);
      const journalBytes = perRun(folderBytes(journalDir) - journalBefore);
      const memory = Object.fromEntries(
        Object.entries({ ...marketops.pids, redis: redisPid }).map(([name, pid]) => [
          name,
          usageOf(pid)?.rssBytes ?? 0,
        ]),
      );
      const light = await closedLoop(marketops, {
        runs: 300,
        window: 4,
        chunk: 1,
        prefix: 'light',
        silenceMs: 30_000,
      });
      say('verifying the chain …');
      await naive.close();
      await marketops.close();
      const verified = await verifyJournal({
        dir: journalDir,
        keyring: loadConfig(join(dir, 'marketops.yml')).keyring,
      });
      if (!verified.ok)
        throw new RangeError(`the journal does not verify: ${JSON.stringify(verified.fault)}`);
      const eventsPerSecond = await measureLedger(join(dir, 'ledger-only'), say);
      const authority = await measureAuthority(say);
      return {
        machine: {
          cores: availableParallelism(),
          node: process.versions.node,
          redis: describe.split(';')[0] ?? describe,
        },
        runs_per_round: runs,
        rounds,
        naive: sideResult(naiveRounds),
        marketops: {
          ...sideResult(ourRounds),
          memory_bytes: memory,
          redis_bytes_per_run: redisBytes,
          journal_bytes_per_run: journalBytes,
          light_load: { p50_ms: round(light.p50Ms, 1), p99_ms: round(light.p99Ms, 1) },
        },
        ledger: {
          events_per_second: round(eventsPerSecond, 0),
          verified_entries_per_second: round((verified.entries / verified.elapsedMs) * 1_000, 0),
        },
        ...authority,
        ratio_to_naive: round(
          median(ourRounds.map((one, index) => one.runsPerSecond / (naiveRounds[index]?.runsPerSecond ?? 1))),
          2,
        ),
      };
    }),
  );
}

try {
  if (values.only === 'console') {
    const measured = await withRedis(dir, 'redis-console', (url) =>
      measureConsole(join(dir, 'console'), url, consoleRuns, say),
    );
    process.stdout.write(values.json ? `${JSON.stringify({ console: measured })}\n` : consoleTable(measured));
  } else if (values.only === 'proof') {
    const million = await ofProof();
    process.stdout.write(values.json ? `${JSON.stringify({ million })}\n` : millionTable(million));
  } else {
    const result: BenchResult = { ...(await ofRuns()), million: await ofProof() };
    const text = () => `${table(result)}\n${millionTable(result.million)}`;
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : text());
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

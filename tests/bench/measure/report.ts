import type { AuthorityResult } from '../authority.js';
import type { MillionResult } from '../million/measure.js';
import type { LoopResult } from './closed-loop.js';

/** What one round of one side came to. */
export interface Round extends LoopResult {
  /** Milliseconds of CPU per run, by process; the load generator's own is not in it. */
  readonly cpuMsPerRun: Readonly<Record<string, number>>;
  /** Those of scripts included. Counted, not timed: the same on a busy machine. */
  readonly redisCommandsPerRun: number;
}

export interface BenchResult extends AuthorityResult {
  readonly machine: { readonly cores: number; readonly node: string; readonly redis: string };
  readonly runs_per_round: number;
  readonly rounds: number;
  readonly naive: SideResult;
  readonly marketops: SideResult & {
    readonly memory_bytes: Readonly<Record<string, number>>;
    readonly redis_bytes_per_run: number;
    readonly journal_bytes_per_run: number;
    readonly light_load: { readonly p50_ms: number; readonly p99_ms: number };
  };
  readonly ledger: { readonly events_per_second: number; readonly verified_entries_per_second: number };
  /** Median of the ratios of the rounds, each round's two sides measured one after the other. */
  readonly ratio_to_naive: number;
  readonly million: MillionResult;
}

export interface SideResult {
  readonly runs_per_second: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly cpu_ms_per_run: number;
  readonly cpu_ms_per_run_by_process: Readonly<Record<string, number>>;
  readonly redis_commands_per_run: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};

export function sideResult(rounds: readonly Round[]): SideResult {
  const names = Object.keys(rounds[0]?.cpuMsPerRun ?? {});
  const byProcess = Object.fromEntries(
    names.map((name) => [name, round(median(rounds.map((one) => one.cpuMsPerRun[name] ?? 0)), 3)]),
  );
  return {
    runs_per_second: round(median(rounds.map((one) => one.runsPerSecond)), 0),
    p50_ms: round(median(rounds.map((one) => one.p50Ms)), 1),
    p99_ms: round(median(rounds.map((one) => one.p99Ms)), 1),
    cpu_ms_per_run: round(
      Object.values(byProcess).reduce((sum, ms) => sum + ms, 0),
      3,
    ),
    cpu_ms_per_run_by_process: byProcess,
    redis_commands_per_run: round(median(rounds.map((one) => one.redisCommandsPerRun)), 0),
  };
}

export const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The table people read. */
export function table(result: Omit<BenchResult, 'million'>): string {
  const { naive, marketops, ledger } = result;
  const bytes = (value: number) => (value < 10_000 ? `${value} B` : `${round(value / 1_048_576, 1)} MiB`);
  const rows: [string, string, string][] = [
    ['', 'MarketOps', 'naive baseline'],
    ['completed runs per second', String(marketops.runs_per_second), String(naive.runs_per_second)],
    ['latency p50, saturated', `${marketops.p50_ms} ms`, `${naive.p50_ms} ms`],
    ['latency p99, saturated', `${marketops.p99_ms} ms`, `${naive.p99_ms} ms`],
    ['latency p50, light load', `${marketops.light_load.p50_ms} ms`, ''],
    ['latency p99, light load', `${marketops.light_load.p99_ms} ms`, ''],
    ['CPU per run', `${marketops.cpu_ms_per_run} ms`, `${naive.cpu_ms_per_run} ms`],
    ...Object.entries(marketops.cpu_ms_per_run_by_process).map(([name, ms]): [string, string, string] => [
      `  ${name}`,
      `${ms} ms`,
      naive.cpu_ms_per_run_by_process[name] === undefined
        ? ''
        : `${naive.cpu_ms_per_run_by_process[name]} ms`,
    ]),
    ['  worker (all four phases)', '', `${naive.cpu_ms_per_run_by_process['worker'] ?? 0} ms`],
    [
      'commands in Redis per run',
      String(marketops.redis_commands_per_run),
      String(naive.redis_commands_per_run),
    ],
    ['events per second into the ledger', String(ledger.events_per_second), ''],
    ['entries verified per second', String(ledger.verified_entries_per_second), ''],
    ['policy decisions per second, one process', String(result.policy_decisions_per_second), ''],
    ['receipts minted per second, one process', String(result.mints_per_second), ''],
    ['bytes per run in Redis', String(marketops.redis_bytes_per_run), ''],
    ['bytes per run in the journal', String(marketops.journal_bytes_per_run), ''],
    ...Object.entries(marketops.memory_bytes).map(([name, value]): [string, string, string] => [
      `memory of ${name}`,
      bytes(value),
      '',
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   '),
  );
  return `${lines.join('\n')}\n\nratio to naive: ${result.ratio_to_naive} (median of ${result.rounds} rounds of ${result.runs_per_round} runs, ${result.machine.cores} cores, Node ${result.machine.node}, ${result.machine.redis})\n`;
}

import { mkdirSync } from 'node:fs';
import { measured, runCommand } from '@marketops/cli/testing';
import { loadConfig } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { verifyBundle } from '@marketops/verifier';
import { initializeBench } from '../marketops/processes.js';
import { median, round } from '../measure/report.js';
import { cpuMs } from './cpu.js';
import { type GrownLedger, growLedger } from './grow.js';
import { type MachineRates, measureMachine } from './machine.js';
import type { MemoryMark } from './memory.js';
import { eventsPerRun, runIdOf } from './run-events.js';
import { type VerifiedInProcess, verifyInProcess } from './verified.js';

/** What a ledger of so many entries costs to grow, to verify, to prove from and to replay from. Times in milliseconds. */
export interface MillionResult {
  readonly machine_rates: MachineRates;
  readonly entries: number;
  readonly events_per_second: number;
  /** Entries that the ledger takes in a second of its CPU, indexed and in tiles. */
  readonly events_per_cpu_second: number;
  readonly ledger_memory: readonly MemoryMark[];
  /** Entries per second of the whole verification, of it without signatures, and of the tiles. */
  readonly verified_per_second: Readonly<Record<'journal' | 'chain' | 'tiles', number>>;
  /** The same by the CPU of all its threads. */
  readonly verified_per_cpu_second: Readonly<Record<'journal' | 'chain' | 'tiles', number>>;
  readonly verifier_memory: readonly MemoryMark[];
  readonly inclusion: { readonly bytes: number; readonly p50_ms: number; readonly p99_ms: number };
  readonly bundle: {
    readonly bytes: number;
    readonly made_p50_ms: number;
    readonly verified_p50_ms: number;
    /** `marketops proof` with the start of its process. */
    readonly process_ms: number;
  };
  readonly replay: {
    /** The first in a process that has loaded the code, and then others. */
    readonly first_ms: number;
    /** Median, and of CPU. */
    readonly cpu_ms: number;
    readonly p50_ms: number;
    readonly p99_ms: number;
    /** `marketops replay` with the start of its process, and what the same process takes for `--version`. */
    readonly process_ms: number;
    readonly process_start_ms: number;
  };
}

/** How many different runs are proven and replayed, all over the log. */
const asked = 200;
/** Hash, in binary, as a proof has it. */
const hashBytes = 32;

export async function measureMillion(
  dir: string,
  redisUrl: string,
  entries: number,
  say: (line: string) => void,
): Promise<MillionResult> {
  mkdirSync(dir, { recursive: true });
  const { configPath, dataDir } = initializeBench(dir);
  const machine_rates = measureMachine(dataDir);
  say(`a ledger of ${entries} entries: growing it …`);
  const grown = await growLedger({ redisUrl, configPath, dataDir, entries, say });
  const size = grown.runs * eventsPerRun;
  say(`${grown.events_per_second} events/s; verifying …`);
  const at = { configPath, dataDir, entries: size };
  const journal = await verifyInProcess('journal', at);
  const chain = await verifyInProcess('chain', at);
  const tiles = await verifyInProcess('tiles', at);
  say('replaying and proving …');
  return {
    machine_rates,
    entries: size,
    events_per_second: grown.events_per_second,
    events_per_cpu_second: Math.round((size * 1_000) / Math.max(1, grown.ledger_cpu_ms)),
    ledger_memory: grown.ledger_memory,
    verified_per_second: { journal: rateOf(journal), chain: rateOf(chain), tiles: rateOf(tiles) },
    verified_per_cpu_second: {
      journal: cpuRateOf(journal),
      chain: cpuRateOf(chain),
      tiles: cpuRateOf(tiles),
    },
    verifier_memory: journal.memory,
    ...(await measureReading(configPath, grown)),
  };
}

const rateOf = ({ entries, elapsed_ms }: VerifiedInProcess): number =>
  Math.round((entries * 1_000) / Math.max(1, elapsed_ms));

const cpuRateOf = ({ entries, cpu_ms }: VerifiedInProcess): number =>
  Math.round((entries * 1_000) / Math.max(1, cpu_ms));

/** Commands as processes first, then the same within this one. Redis plays no part in any of it. */
async function measureReading(
  configPath: string,
  { runs }: GrownLedger,
): Promise<Pick<MillionResult, 'inclusion' | 'bundle' | 'replay'>> {
  const runIds = Array.from({ length: asked }, (_, n) => runIdOf(Math.floor((n * runs) / asked)));
  const inTheMiddle = runIdOf(Math.floor(runs / 2));
  const options = ['--config', configPath];
  const starts = await commandMs(['--version']);
  const replays = await commandMs(['replay', inTheMiddle, ...options]);
  const proofs = await commandMs(['proof', inTheMiddle, ...options]);
  const command = measured(configPath);
  const replayed: number[] = [];
  const replayedCpu: number[] = [];
  for (const runId of runIds) {
    const startedCpuMs = cpuMs();
    replayed.push(await msOf(() => command.replay(runId)));
    replayedCpu.push(cpuMs() - startedCpuMs);
  }
  const included: number[] = [];
  let path: readonly string[] = [];
  for (let n = 0; n < asked; n += 1)
    included.push(
      await msOf(async () => {
        const found = await command.inclusion(Math.floor((n * runs * eventsPerRun) / asked));
        // Towards the end of the log they are shorter.
        if (found.length > path.length) path = found;
      }),
    );
  const { keyring } = loadConfig(configPath);
  const [made, verified, sizes]: [number[], number[], number[]] = [[], [], []];
  for (const runId of runIds) {
    let bundle = '';
    made.push(
      await msOf(async () => {
        bundle = await command.bundle(runId);
      }),
    );
    const bytes = new TextEncoder().encode(bundle);
    sizes.push(bytes.length);
    verified.push(
      await msOf(async () => {
        const report = verifyBundle({ bytes, runId, keyring, crypto: nodeCrypto });
        if (!report.ok) throw new RangeError(`a bundle does not verify: ${JSON.stringify(report.fault)}`);
      }),
    );
  }
  return {
    inclusion: { bytes: path.length * hashBytes, ...percentiles(included) },
    bundle: {
      ...{ bytes: median(sizes), made_p50_ms: round(median(made), 1) },
      ...{ verified_p50_ms: round(median(verified), 1), process_ms: proofs },
    },
    replay: {
      ...{ first_ms: round(replayed[0] ?? 0, 1), cpu_ms: round(median(replayedCpu), 1) },
      ...percentiles(replayed.slice(1)),
      ...{ process_ms: replays, process_start_ms: starts },
    },
  };
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function percentiles(ms: readonly number[]): { readonly p50_ms: number; readonly p99_ms: number } {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor(sorted.length * share)] ?? 0, 1);
  return { p50_ms: at(0.5), p99_ms: at(0.99) };
}

/** Median of five. @throws RangeError where the command does not succeed */
async function commandMs(args: readonly string[]): Promise<number> {
  const taken: number[] = [];
  for (let n = 0; n < 5; n += 1)
    taken.push(
      await msOf(async () => {
        const { code, stderr } = await runCommand(args, { cwd: process.cwd() });
        if (code !== 0) throw new RangeError(`marketops ${args.join(' ')} ended with ${code}: ${stderr}`);
      }),
    );
  return Math.round(median(taken));
}

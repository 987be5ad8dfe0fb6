import { round } from '../measure/report.js';
import type { MillionResult } from './measure.js';
import type { MemoryMark } from './memory.js';

const mebibytes = (bytes: number): string => `${round(bytes / 1_048_576, 0)} MiB`;
const counted = (count: number): string => count.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** The table people read; what the machine does at best stands above it. */
export function millionTable(result: MillionResult): string {
  const { machine_rates: machine, verified_per_second: verified, inclusion, bundle, replay } = result;
  const cpu = result.verified_per_cpu_second;
  const share = (perSecond: number) =>
    `${round((100 * perSecond) / machine.sha256_per_second, 1)} % of SHA-256`;
  const rates = (perSecond: number, perCpuSecond: number) =>
    `${counted(perSecond)} entries/s; ${counted(perCpuSecond)} by its CPU, ${share(perCpuSecond)}`;
  const rows: [string, string][] = [
    ['SHA-256 of 1 KiB on this machine', `${counted(machine.sha256_per_second)} /s`],
    ['SHA-256 of 1 MiB on this machine', `${counted(machine.sha256_mib_per_second)} MiB/s`],
    ['fdatasync of 4 KiB on this disk', `${counted(machine.fdatasync_per_second)} /s`],
    ['entries', counted(result.entries)],
    [
      'appended and acknowledged',
      `${counted(result.events_per_second)} /s; ${counted(result.events_per_cpu_second)} by the ledger’s CPU, ${share(result.events_per_cpu_second)}`,
    ],
    ['verified whole', rates(verified.journal, cpu.journal)],
    ['verified without signatures', rates(verified.chain, cpu.chain)],
    ['tiles verified', rates(verified.tiles, cpu.tiles)],
    ['inclusion proof', `${inclusion.bytes} B, ${inclusion.p50_ms} ms, p99 ${inclusion.p99_ms} ms`],
    ['proof bundle of a run', `${counted(bundle.bytes)} B, made in ${bundle.made_p50_ms} ms`],
    ['  verified in', `${bundle.verified_p50_ms} ms`],
    ['  marketops proof, as a process', `${bundle.process_ms} ms`],
    [
      'replay of a run',
      `${replay.p50_ms} ms, p99 ${replay.p99_ms} ms, the first ${replay.first_ms} ms; ${replay.cpu_ms} ms of CPU`,
    ],
    [
      '  marketops replay, as a process',
      `${replay.process_ms} ms, of which ${replay.process_start_ms} ms are the start of any`,
    ],
    ...result.ledger_memory.map(memoryRow('ledger')),
    ...result.verifier_memory.map(memoryRow('verifier')),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${rows.map(([name, value]) => `${name.padEnd(width)}   ${value}`).join('\n')}\n`;
}

const memoryRow =
  (process: string) =>
  ({ entries, own_bytes, peak_bytes }: MemoryMark): [string, string] => [
    `memory of the ${process} at ${counted(entries)}`,
    `${mebibytes(own_bytes)} its own, at most ${mebibytes(peak_bytes)} with mapped files`,
  ];

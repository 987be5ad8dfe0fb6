import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TestJournal, tellMany } from '@marketops/console/run-index/testing';
import type { IndexMeasured, SearchMeasured } from './index-process.js';

/** What the console's index of so many runs costs to make, to open again, to keep, and to ask. */
export interface ConsoleResult {
  readonly runs: number;
  readonly entries: number;
  readonly journal_bytes: number;
  /** From the journal alone, every signature verified. */
  readonly built: { readonly entries_per_second: number; readonly entries_per_cpu_second: number };
  /** After a restart: until it answers, and until it has looked for what is new. */
  readonly restart: { readonly open_ms: number; readonly ready_ms: number; readonly cpu_ms: number };
  readonly memory: {
    readonly heap_bytes: number;
    readonly outside_bytes: number;
    readonly resident_bytes: number;
  };
  readonly disk_bytes: number;
  readonly searches: readonly SearchMeasured[];
}

const program = fileURLToPath(new URL('./index-process.js', import.meta.url));
const searchesOfEach = 200;

export async function measureConsole(
  folder: string,
  runs: number,
  say: (line: string) => void,
): Promise<ConsoleResult> {
  mkdirSync(folder, { recursive: true });
  say(`a journal of ${runs} runs: writing it …`);
  const journal = new TestJournal(join(folder, 'journal'));
  tellMany(journal, runs);
  writeFileSync(join(folder, 'keyring.json'), JSON.stringify(journal.keyring()));
  say(`${journal.sequence} entries; making the index …`);
  const built = await indexInProcess(folder, runs, 0);
  say('opening it again, and searching …');
  const again = await indexInProcess(folder, runs, searchesOfEach);
  const { heap_bytes, outside_bytes, resident_bytes } = again;
  return {
    ...{ runs: built.runs, entries: built.entries, journal_bytes: folderBytes(journal.dir) },
    built: {
      entries_per_second: Math.round((built.entries * 1_000) / built.ready_ms),
      entries_per_cpu_second: Math.round((built.entries * 1_000) / built.cpu_ms),
    },
    restart: {
      ...{ open_ms: Math.round(again.open_ms), ready_ms: Math.round(again.ready_ms) },
      cpu_ms: Math.round(again.cpu_ms),
    },
    memory: { heap_bytes, outside_bytes, resident_bytes },
    disk_bytes: folderBytes(join(folder, 'index')),
    searches: again.searches,
  };
}

async function indexInProcess(folder: string, runs: number, searches: number): Promise<IndexMeasured> {
  const args = ['--expose-gc', program, folder, String(runs), String(searches)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 3_600_000 });
  return JSON.parse(stdout) as IndexMeasured;
}

const folderBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const counted = (count: number): string => count.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');
const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(0)} MiB`;

/** The table people read. */
export function consoleTable(result: ConsoleResult): string {
  const { built, restart, memory } = result;
  const rows: readonly (readonly [string, string])[] = [
    [
      'runs',
      `${counted(result.runs)} in ${counted(result.entries)} entries, ${mebibytes(result.journal_bytes)}`,
    ],
    [
      'index made from the journal',
      `${counted(built.entries_per_second)} entries/s; ${counted(built.entries_per_cpu_second)} by its CPU`,
    ],
    [
      'opened again',
      `${restart.open_ms} ms; ${restart.ready_ms} ms with a look at the journal, ${restart.cpu_ms} ms of CPU`,
    ],
    [
      'memory',
      `${mebibytes(memory.heap_bytes)} of heap, ${mebibytes(memory.outside_bytes)} outside; ${mebibytes(memory.resident_bytes)} resident, mapped files included`,
    ],
    ['on disk', mebibytes(result.disk_bytes)],
    ...result.searches.map(({ what, found, p50_ms, p99_ms, cpu_p99_ms }): [string, string] => [
      `search: ${what}`,
      `${p50_ms} ms, p99 ${p99_ms} ms, ${cpu_p99_ms} ms by its CPU (${counted(found)} found)`,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${rows.map(([name, value]) => `${name.padEnd(width)}   ${value}`).join('\n')}\n`;
}

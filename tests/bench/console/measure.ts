import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TestJournal, tellMany } from '@marketops/console/run-index/testing';
import type { IndexMeasured, SearchMeasured } from './index-process.js';
import { measureWhole, type WholeMeasured } from './whole.js';

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
  /** The process it is part of. */
  readonly whole: WholeMeasured;
}

const program = fileURLToPath(new URL('./index-process.js', import.meta.url));
const searchesOfEach = 200;

export async function measureConsole(
  folder: string,
  redisUrl: string,
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
    whole: await measureWhole(join(folder, 'whole'), redisUrl, runs, say),
  };
}

async function indexInProcess(folder: string, runs: number, searches: number): Promise<IndexMeasured> {
  const args = ['--expose-gc', program, folder, String(runs), String(searches)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 3_600_000 });
  return JSON.parse(stdout) as IndexMeasured;
}

const folderBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

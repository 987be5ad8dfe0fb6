import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRunIndex, type RunIndex, type RunQuery } from '@marketops/console/run-index';
import { manyStory, storyReceiptId, storyRunId } from '@marketops/console/run-index/testing';
import { Keyring } from '@marketops/contracts';
import { cpuMs } from '../million/cpu.js';

/** What one process of the console takes for its index of runs. Times in milliseconds, memory in bytes. */
export interface IndexMeasured {
  readonly entries: number;
  readonly runs: number;
  /** Until a search may be answered from what was on disk, and until the journal's end is in it. */
  readonly open_ms: number;
  readonly ready_ms: number;
  readonly cpu_ms: number;
  /** Once everything is in it: what the garbage collector cannot take, and what lies outside of its heap. */
  readonly heap_bytes: number;
  readonly outside_bytes: number;
  readonly resident_bytes: number;
  readonly searches: readonly SearchMeasured[];
}

export interface SearchMeasured {
  readonly what: string;
  readonly found: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** The same by this process's CPU: what a busy machine does meanwhile is not in it. */
  readonly cpu_p99_ms: number;
}

/**
 * One index in a process of its own, so that its memory is its own: `<folder> <runs> <searches of each kind>`. The folder holds
 * the journal and its keyring; what stands in its folder `index` is gone on with.
 */
const [folder = '', runsSaid, timesSaid] = process.argv.slice(2);
const [runs, times] = [Number(runsSaid), Number(timesSaid)];
const keyring = Keyring.parse(JSON.parse(readFileSync(join(folder, 'keyring.json'), 'utf8')));

const startedMs = performance.now();
const startedCpuMs = cpuMs();
const index = openRunIndex({
  folder: join(folder, 'index'),
  journal: join(folder, 'journal'),
  keyring: () => keyring,
});
const open_ms = performance.now() - startedMs;
await index.caughtUp();
const ready_ms = performance.now() - startedMs;
const cpu_ms = cpuMs() - startedCpuMs;
globalThis.gc?.();
const { heapUsed, external, rss } = process.memoryUsage();
const { position, runs: known } = index.state();
const result: IndexMeasured = {
  ...{ entries: position, runs: known, open_ms, ready_ms, cpu_ms },
  ...{ heap_bytes: heapUsed, outside_bytes: external, resident_bytes: rss },
  searches: times > 0 ? searchesIn(index) : [],
};
await index.close();
process.stdout.write(`${JSON.stringify(result)}\n`);

/** Of everything that can be asked one, each time about another run. */
function searchesIn(its: RunIndex): SearchMeasured[] {
  const about = (number: number) => manyStory(number, runs);
  const queries: Readonly<Record<string, (number: number) => Omit<RunQuery, 'allowed'>>> = {
    'the newest': () => ({}),
    'of three tenants': () => ({ tenants: ['tenant-1', 'tenant-2', 'tenant-3'] }),
    'of a repository': (number) => ({ repository: about(number).repository }),
    'of a status': () => ({ statuses: ['failed'] }),
    'of a mode': () => ({ mode: 'dry_run' }),
    'of a kind there is none of': () => ({ kind: 'open_pr' }),
    'of a principal': (number) => ({ principal: about(number).principal }),
    'of a day': (number) => ({ since: about(number).time, until: about(number + runs / 365).time }),
    'by its receipt': (number) => ({ receiptId: storyReceiptId(number) }),
    'by its id': (number) => ({ text: storyRunId(about(number)) }),
    'by a word of one run': (number) => ({ text: `release-${number}` }),
    'by a word of all runs': () => ({ text: 'widgets' }),
    'by two words': (number) => ({ text: `${about(number).repository} ${about(number).principal}` }),
    'by a word of none': () => ({ text: 'nonesuch' }),
    'the last page': (number) => ({ cursor: `r1.${number.toString(36)}` }),
    'of a status, counted': () => ({ statuses: ['failed'], withTotal: true }),
    'by a word of all, counted': () => ({ text: 'widgets', withTotal: true }),
  };
  const searches = Object.entries(queries).map(([what, queryOf]) => {
    let found = 0;
    const taken = timed((at) => {
      const page = its.search({ allowed: 'all', ...queryOf(1 + Math.floor((at * (runs - 2)) / times)) });
      found = Math.max(found, page.total ?? page.runs.length);
    });
    return { what, found, ...taken };
  });
  return [...searches, { what: 'how many are what', found: known, ...timed(() => its.totals('all')) }];
}

function timed(work: (at: number) => void): Omit<SearchMeasured, 'what' | 'found'> {
  const [took, used]: [number[], number[]] = [[], []];
  for (let at = 0; at < times; at += 1) {
    const [beganMs, beganCpuMs] = [performance.now(), cpuMs()];
    work(at);
    used.push(cpuMs() - beganCpuMs);
    took.push(performance.now() - beganMs);
  }
  const share = (ms: number[], part: number) =>
    Number((ms.sort((a, b) => a - b)[Math.floor(ms.length * part)] ?? 0).toFixed(2));
  return { p50_ms: share(took, 0.5), p99_ms: share(took, 0.99), cpu_p99_ms: share(used, 0.99) };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stopService } from '../marketops/processes.js';
import { usageOf } from '../measure/process-usage.js';
import { growLedger } from '../million/grow.js';
import { eventsPerRun } from '../million/run-events.js';
import { initializeConsole, makeKey, type RunningConsole, startConsoleProcess } from './console-process.js';
import { measureBrowser, type Painted } from './in-browser.js';
import { type Asked, measureHttp } from './over-http.js';
import { aboutOf } from './runs-of.js';

/** The console as a process, over a ledger with so many runs: what it answers, and what a browser shows. Times in milliseconds. */
export interface WholeMeasured {
  readonly runs: number;
  /** Jobs that wanted a core in the minute before, before it was asked over HTTP and before the browser: beside how many there are. */
  readonly load: { readonly http: number; readonly browser: number };
  readonly start: { readonly listening_ms: number; readonly caught_up_ms: number; readonly cpu_ms: number };
  /** The same after it was stopped: what its list had is on the disk. */
  readonly restart: { readonly listening_ms: number; readonly caught_up_ms: number };
  readonly resident_bytes: number;
  readonly http: readonly Asked[];
  /** Absent where there is no Chromium. */
  readonly browser?: readonly Painted[];
}

const trivialProgram = fileURLToPath(new URL('./trivial-process.js', import.meta.url));
const catchUpLimitMs = 3_600_000;

/** @param redisUrl of a Redis for nothing else */
export async function measureWhole(
  dir: string,
  redisUrl: string,
  runs: number,
  say: (line: string) => void,
): Promise<WholeMeasured> {
  mkdirSync(dir, { recursive: true });
  const { configPath, dataDir } = initializeConsole(dir);
  say(`a ledger of ${runs} runs: growing it …`);
  await growLedger({ redisUrl, configPath, dataDir, entries: runs * eventsPerRun, say, aboutOf });
  const key = makeKey(dataDir);
  const at = { configPath, dataDir, redisUrl };
  say('starting the console …');
  const first = await startAndCatchUp(at, key, runs);
  const cpu_ms = Math.round(usageOf(first.console.pid)?.cpuMs ?? 0);
  await stopService(first.console.child);
  const again = await startAndCatchUp(at, key, runs);
  const { url, pid, child } = again.console;
  const trivial = spawn(process.execPath, [trivialProgram], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const trivialUrl = await firstLine(trivial);
    const asked = { url, trivialUrl, key, runs };
    say('asking it over HTTP …');
    const httpLoad = loadNow();
    const http = await measureHttp(asked);
    say('looking at it in Chromium …');
    const browserLoad = loadNow();
    const browser = await measureBrowser(asked);
    if (browser === undefined) say('there is no Chromium here (CHROMIUM_PATH): no page was looked at');
    return {
      runs,
      load: { http: httpLoad, browser: browserLoad },
      start: { ...first.times, cpu_ms },
      restart: again.times,
      resident_bytes: usageOf(pid)?.rssBytes ?? 0,
      http,
      ...(browser === undefined ? {} : { browser }),
    };
  } finally {
    await stopService(trivial);
    await stopService(child);
  }
}

const loadNow = (): number => Number((loadavg()[0] ?? 0).toFixed(1));

async function firstLine({ stdout }: Pick<ChildProcess, 'stdout'>): Promise<string> {
  if (stdout === null) throw new RangeError('the trivial server says nothing');
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  return line;
}

/** Until its list has every run. */
async function startAndCatchUp(
  at: Parameters<typeof startConsoleProcess>[0],
  key: string,
  runs: number,
): Promise<{ readonly console: RunningConsole; readonly times: WholeMeasured['restart'] }> {
  const beganMs = performance.now();
  const console = await startConsoleProcess(at);
  for (;;) {
    const response = await fetch(`${console.url}/v1/runs?limit=1&total=true`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { total, complete } = (await response.json()) as { total?: number; complete?: boolean };
    if (complete === true && total === runs) break;
    if (performance.now() - beganMs > catchUpLimitMs)
      throw new RangeError(`the console knows ${total} of ${runs} runs`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const caught_up_ms = Math.round(performance.now() - beganMs);
  return { console, times: { listening_ms: Math.round(console.listening_ms), caught_up_ms } };
}

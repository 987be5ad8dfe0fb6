import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** See `stop-points.ts`. */
const stopPoints = new URL('../../dist/testing/stop-points.js', import.meta.url).href;

export interface SpawnedLedger {
  readonly child: ChildProcess;
  /** Rejects with what it said, where it ends before it is ready. */
  readonly ready: Promise<void>;
  /** Resolves when it has said a line with this text; rejects where it ends before. */
  said(text: string): Promise<void>;
  /** The exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What `/health` answers under `ledger`. */
  health(): Promise<Readonly<Record<string, unknown>>>;
}

export interface SpawnOptions {
  /** Where it is to stop itself, or how its clock is to jump: preloads `stop-points.ts`. */
  readonly points?: Readonly<Record<string, string>>;
}

/** The service as it ships: the built package, a process of its own. */
export function spawnLedger(
  configPath: string,
  redisUrl: string,
  { points }: SpawnOptions = {},
): SpawnedLedger {
  const preload = points === undefined ? [] : ['--import', stopPoints];
  const child = spawn(process.execPath, [...preload, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...{ MARKETOPS_CONFIG: configPath, REDIS_URL: redisUrl, MARKETOPS_HEALTH_PORT: '0' },
      ...points,
    },
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let isOver = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const ended = once(child, 'close').then(([code]) => {
    isOver = true;
    for (const look of waiting) look();
    return typeof code === 'number' ? code : null;
  });
  const line = (has: (line: string) => boolean, what: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find(has);
        if (found === undefined && !isOver) return;
        waiting.delete(look);
        if (found !== undefined) resolve(found);
        else
          reject(
            new Error(`the ledger ended with ${child.exitCode} before it ${what}: ${lines.join(' | ')}`),
          );
      };
      waiting.add(look);
      look();
    });
  const isReady = (text: string): boolean => (JSON.parse(text) as { ready?: boolean }).ready === true;
  const ready = line(isReady, 'was ready').then(() => undefined);
  ready.catch(() => undefined);
  return {
    child,
    ready,
    ended,
    said: async (text) => void (await line((one) => one.includes(text), `said "${text}"`)),
    async health() {
      const { health_port: port } = JSON.parse(await line(isReady, 'was ready')) as { health_port: number };
      const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(5_000) });
      const { ledger } = (await answer.json()) as { ledger: Readonly<Record<string, unknown>> };
      return { status: answer.status, ...ledger };
    },
  };
}

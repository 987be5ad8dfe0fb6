import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface SpawnedLedger {
  readonly child: ChildProcess;
  /** Rejects with what it said, where it ends before it is ready. */
  readonly ready: Promise<void>;
}

/** The service as it ships: the built package, a process of its own. */
export function spawnLedger(configPath: string, redisUrl: string): SpawnedLedger {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MARKETOPS_CONFIG: configPath, REDIS_URL: redisUrl },
  });
  const lines: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if ((JSON.parse(line) as { ready?: boolean }).ready === true) resolve();
    });
    child.once('close', (code) =>
      reject(new Error(`the ledger ended with ${code} before it was ready: ${lines.join(' | ')}`)),
    );
  });
  ready.catch(() => undefined);
  return { child, ready };
}

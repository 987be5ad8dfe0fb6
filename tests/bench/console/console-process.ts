import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { initialize } from '@marketops/engine';
import { type ApiRole, apiRoles, makeApiKey, openApiKeys } from '@marketops/operator/api-keys';
import { writePolicyDirectory } from '@marketops/policy/testing';
import { principal, tenantId } from '../marketops/processes.js';

/** The console as it is run, as a process of its own. */
export interface RunningConsole {
  readonly url: string;
  readonly pid: number;
  /** From the start of its process until it listens. */
  readonly listening_ms: number;
  readonly child: ChildProcess;
}

const program = fileURLToPath(new URL('./main.js', import.meta.resolve('@marketops/console')));
const startLimitMs = 120_000;

/** Keys and configuration of a system whose console answers as often as it is asked. */
export function initializeConsole(dir: string): { readonly configPath: string; readonly dataDir: string } {
  const configPath = join(dir, 'marketops.yml');
  const config = {
    version: 1,
    environment: 'bench',
    issuer: 'bench',
    log_origin: 'marketops.bench/log',
    principals: { [principal]: { tenants: [tenantId], modes: ['dry_run', 'prod'] } },
    accounts: { acme: { limits: 'none' } },
    console: { port: 0, requests_per_minute: 100_000 },
  };
  writePolicyDirectory(join(dir, 'policies'));
  return { configPath, ...initialize({ configPath, now: new Date(), config }) };
}

/** A key with every role for every tenant; its secret. */
export function makeKey(dataDir: string): string {
  const roles: readonly ApiRole[] = apiRoles;
  const made = makeApiKey(
    { name: 'bench', principal, grants: [{ tenants: 'all', roles: [...roles] }], created_by: principal },
    { nowMs: Date.now(), lifeMs: 86_400_000 },
  );
  openApiKeys(dataDir).add(made);
  return made.secret;
}

/** Starts it and waits until it says that it is ready. */
export async function startConsoleProcess(at: {
  readonly configPath: string;
  readonly dataDir: string;
  readonly redisUrl: string;
}): Promise<RunningConsole> {
  const beganMs = performance.now();
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      MARKETOPS_CONFIG: at.configPath,
      MARKETOPS_KEYS_DIR: join(at.dataDir, 'keys', 'console'),
      REDIS_URL: at.redisUrl,
      MARKETOPS_LOG_LEVEL: 'info',
    },
  });
  let limit: NodeJS.Timeout | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    let listens = '';
    limit = setTimeout(() => reject(new RangeError('the console is not ready')), startLimitMs);
    child.once('exit', (code) =>
      reject(new RangeError(`the console ended with ${code} before it was ready`)),
    );
    createInterface({ input: child.stdout }).on('line', (line) => {
      listens ||= /"url":"(http:[^"]+)"/.exec(line)?.[1] ?? '';
      if (line.includes('"ready":true')) resolve(listens);
      else if (/"level":"(error|fatal)"/.test(line)) process.stderr.write(`${line}\n`);
    });
  }).finally(() => clearTimeout(limit));
  return { url, pid: child.pid ?? 0, listening_ms: performance.now() - beganMs, child };
}

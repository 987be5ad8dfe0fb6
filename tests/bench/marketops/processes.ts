import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { initialize } from '@marketops/engine';
import { writePolicyDirectory } from '@marketops/policy/testing';

export const principal = 'bench';
export const tenantId = 'acme';

/** Keys and configuration of a system to be measured, below `dir`. */
export function initializeBench(dir: string): { readonly configPath: string; readonly dataDir: string } {
  const configPath = join(dir, 'marketops.yml');
  const config = {
    version: 1,
    environment: 'bench',
    issuer: 'bench',
    log_origin: 'marketops.bench/log',
    principals: { [principal]: { tenants: [tenantId], modes: ['dry_run', 'prod'] } },
    // The stub stands for GitHub itself, and has no limits to keep and nothing to look at afterwards.
    accounts: { acme: { limits: 'none' } },
    reconcile: { every_ms: 0 },
    concurrency: 256,
  };
  writePolicyDirectory(join(dir, 'policies'));
  return { configPath, ...initialize({ configPath, now: new Date(), config }) };
}

/** Starts one service and waits until it says that it is ready. */
export async function startService(
  service: string,
  at: { configPath: string; redisUrl: string; keysDir: string },
): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=32', fileURLToPath(new URL('./service.js', import.meta.url)), service],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        MARKETOPS_CONFIG: at.configPath,
        MARKETOPS_KEYS_DIR: at.keysDir,
        REDIS_URL: at.redisUrl,
        MARKETOPS_LOG_LEVEL: 'info',
      },
    },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new RangeError(`${service} ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"ready":true')) resolve();
      else if (/"level":"(warn|error|fatal)"/.test(line)) process.stderr.write(`${line}\n`);
    });
  });
  return child;
}

export async function stopService(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(impatient);
}

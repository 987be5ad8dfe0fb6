import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What a running system says of itself in `.marketops/system.json`, so that other commands find the Redis that was
 * started with it, and its health ports. Mode 0600: a Redis URL may hold a password. It is a hint and holds no
 * authority; a file left by a process that has died is as good as none.
 */
export interface SystemFile {
  readonly pid: number;
  readonly started_at: string;
  readonly redis_url: string;
  /** Whether it has users, so that one comes with a password of the keys folder. */
  readonly redis_users: boolean;
  readonly redis: string;
  readonly allow_non_durable_redis: boolean;
  readonly github_url: string;
  readonly github_simulated: boolean;
  readonly services: Readonly<Record<string, { readonly pid: number; readonly health_port: number | null }>>;
}

const pathIn = (dataDir: string): string => join(dataDir, 'system.json');

/** The running system of this data folder, or undefined where none runs. */
export function readSystemFile(dataDir: string): SystemFile | undefined {
  try {
    const file: unknown = JSON.parse(readFileSync(pathIn(dataDir), 'utf8'));
    return isSystemFile(file) && isAlive(file.pid) ? file : undefined;
  } catch {
    return undefined;
  }
}

export function writeSystemFile(dataDir: string, file: SystemFile): void {
  const path = pathIn(dataDir);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

export const removeSystemFile = (dataDir: string): void => rmSync(pathIn(dataDir), { force: true });

function isSystemFile(value: unknown): value is SystemFile {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, redis_url: redisUrl, services } = value as Partial<Record<keyof SystemFile, unknown>>;
  return Number.isSafeInteger(pid) && typeof redisUrl === 'string' && typeof services === 'object';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

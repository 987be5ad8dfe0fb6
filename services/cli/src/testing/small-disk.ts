import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How a process gets mounts of its own, which end with it; the second way takes no root where the kernel allows it. */
const ways = [['--mount'], ['--map-root-user', '--mount']] as const;

const shell = (way: readonly string[], script: string): string[] => [...way, 'sh', '-euc', script];

function usableWay(): readonly string[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'marketops-mount-'));
  try {
    const script = `mount -t tmpfs -o size=4k tmpfs '${folder}'`;
    return ways.find((way) => spawnSync('unshare', shell(way, script)).status === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const way = usableWay();

/** Whether disks can be made here, and what to put behind a test's name where they cannot. */
export const hasSmallDisks = way !== undefined;
export const unlessSkipped = hasSmallDisks ? '' : ' (skipped: this user may not mount a small disk)';

/**
 * Runs a shell script that may mount small disks: they are its own, and gone when it ends.
 * @returns what it printed
 */
export async function withMounts(script: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await promisify(execFile)('unshare', shell(way ?? [], script), {
    env,
    timeout: 240_000,
  });
  return stdout;
}

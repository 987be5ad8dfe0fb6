import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MemoryMark } from './memory.js';

export interface VerifiedInProcess {
  readonly ok: boolean;
  readonly entries: number;
  readonly elapsed_ms: number;
  /** Of all its threads. */
  readonly cpu_ms: number;
  readonly fault: unknown;
  readonly memory: readonly MemoryMark[];
}

export interface LedgerToVerify {
  readonly configPath: string;
  readonly dataDir: string;
  readonly entries: number;
}

const program = fileURLToPath(new URL('./verify-process.js', import.meta.url));

/**
 * `journal` derives everything again; `chain` the same without asking a signature; `tiles` the public log.
 * @throws RangeError where it does not verify: then there is nothing to measure
 */
export async function verifyInProcess(
  what: 'journal' | 'chain' | 'tiles',
  { configPath, dataDir, entries }: LedgerToVerify,
): Promise<VerifiedInProcess> {
  const args = [program, what, configPath, dataDir, String(entries)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 3_600_000 });
  const verified = JSON.parse(stdout) as VerifiedInProcess;
  if (verified.ok && verified.entries >= entries) return verified;
  throw new RangeError(
    `the ${what} does not verify: ${verified.entries} of ${entries} entries, ${JSON.stringify(verified.fault)}`,
  );
}

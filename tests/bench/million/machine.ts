import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMs } from './cpu.js';

/** What this machine does at best, to hold every other figure against. Hashes are per second of CPU, syncs per second. */
export interface MachineRates {
  /** Hashes of 1 KiB each, one thread; an entry takes about four such. */
  readonly sha256_per_second: number;
  readonly sha256_mib_per_second: number;
  /** Appends of 4 KiB, each synced to the disk that the ledger is on. */
  readonly fdatasync_per_second: number;
}

const shortBytes = 1_024;
const longBytes = 1_048_576;
const syncedBytes = 4_096;

/** @param dir where the ledger's journal lies, so that it is the same disk */
export function measureMachine(dir: string): MachineRates {
  const hashes = perSecond(200_000, cpuMs, hashing(shortBytes));
  const mebibytes = perSecond(300, cpuMs, hashing(longBytes));
  const path = join(dir, 'fdatasync-measured');
  const handle = openSync(path, 'wx');
  try {
    const bytes = Buffer.alloc(syncedBytes, 1);
    const syncs = perSecond(
      400,
      () => performance.now(),
      () => {
        writeSync(handle, bytes);
        fdatasyncSync(handle);
      },
    );
    return {
      sha256_per_second: Math.round(hashes),
      sha256_mib_per_second: Math.round(mebibytes),
      fdatasync_per_second: Math.round(syncs),
    };
  } finally {
    closeSync(handle);
    rmSync(path);
  }
}

function hashing(bytes: number): () => unknown {
  const text = Buffer.alloc(bytes, 7);
  return () => createHash('sha256').update(text).digest();
}

/** After a warm-up of a tenth. @param elapsedMs of a clock */
function perSecond(count: number, elapsedMs: () => number, once: () => unknown): number {
  for (let at = 0; at < count / 10; at += 1) once();
  const began = elapsedMs();
  for (let at = 0; at < count; at += 1) once();
  return count / ((elapsedMs() - began) / 1_000);
}

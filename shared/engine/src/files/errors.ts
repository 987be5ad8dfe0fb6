import { dirname } from 'node:path';
import { Fault } from '@marketops/contracts';

/** What the disk did not take. Whoever throws it has left nothing half written. */
export class DiskError extends Fault<'disk_full' | 'disk_read_only' | 'write_denied' | 'write_failed'> {}

/** As the system names them (errno(3)). */
const codes: Readonly<Record<string, DiskError['code']>> = {
  ENOSPC: 'disk_full',
  EDQUOT: 'disk_full',
  EROFS: 'disk_read_only',
  EACCES: 'write_denied',
  EPERM: 'write_denied',
};

const what: Readonly<Record<DiskError['code'], string>> = {
  disk_full: 'its disk, or your share of it, is full',
  disk_read_only: 'its file system is read-only',
  write_denied: 'you may not write there',
  write_failed: 'the system refused it',
};

const nextFor = (code: DiskError['code'], folder: string): string => {
  switch (code) {
    case 'disk_full':
      return `Make room on the disk of ${folder} (df -h, df -i, quota), then run it again.`;
    case 'disk_read_only':
      return `Mount the disk of ${folder} for writing, or name another folder.`;
    case 'write_denied':
      return `Run it as the user whose folder ${folder} is, or name another folder.`;
    case 'write_failed':
      return `See what is wrong with ${folder}, then run it again.`;
  }
};

/** True for what the operating system said no to; false for a defect of ours. */
const isOfSystem = (thrown: unknown): thrown is NodeJS.ErrnoException =>
  thrown instanceof Error && 'errno' in thrown && 'code' in thrown;

/** A fault of the operating system about a path as a typed one; everything else as it is. */
export function asDiskError(thrown: unknown, path: string): unknown {
  if (!isOfSystem(thrown)) return thrown;
  const code = codes[thrown.code ?? ''] ?? 'write_failed';
  return new DiskError(code, `${path} cannot be written: ${what[code]} (${thrown.message})`, {
    next: nextFor(code, dirname(path)),
    cause: thrown,
  });
}

/**
 * The same for what reached the top without being told: only where it is certain that a disk is meant. Undefined otherwise.
 */
export function diskErrorOf(thrown: unknown): DiskError | undefined {
  if (!isOfSystem(thrown) || thrown.path === undefined || codes[thrown.code ?? ''] === undefined)
    return undefined;
  const told = asDiskError(thrown, thrown.path);
  return told instanceof DiskError ? told : undefined;
}

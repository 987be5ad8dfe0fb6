import { readFileSync } from 'node:fs';

/** The memory of a process, in bytes. */
interface ProcessMemory {
  /** The most it ever had resident, mapped files included. */
  readonly peak_bytes: number;
  /** What it has resident now that is no file's: its own. 0 where the operating system does not say. */
  readonly own_bytes: number;
}

/** As Linux tells it. Null where it does not, or the process is gone. */
function memoryOf(pid: number | 'self' | undefined): ProcessMemory | null {
  if (pid === undefined) return null;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1_024;
    return { peak_bytes: bytes('VmHWM'), own_bytes: bytes('RssAnon') };
  } catch {
    return null;
  }
}

/** At which of the entries memory is looked at: a tenth, half, all. */
export const marksOf = (entries: number): readonly number[] => [
  Math.round(entries / 10),
  Math.round(entries / 2),
  entries,
];

/** The memory of a process when it had taken so many entries. */
export interface MemoryMark extends ProcessMemory {
  readonly entries: number;
}

/** Notes the memory of a process each time a mark is passed. */
export function markKeeper(
  marks: readonly number[],
  pid: number | 'self' | undefined,
): { readonly kept: readonly MemoryMark[]; take(entries: number): void } {
  const kept: MemoryMark[] = [];
  return {
    kept,
    take(entries) {
      for (const mark of marks.slice(kept.length)) {
        const memory = entries >= mark ? memoryOf(pid) : null;
        if (memory === null) break;
        kept.push({ entries: mark, ...memory });
      }
    },
  };
}

import { cp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** What may become of a Redis' data. All three are what happens: a disk, a power cut, an operator with a backup. */
export type Loss = 'everything' | 'last-second' | 'old-backup';

/** How Redis 7 keeps its append-only file below its data folder. */
const aofFolder = 'appendonlydir';

/** Watches the append-only file of a Redis that runs, so that its data can be set back when it has been killed. */
export interface WatchedData {
  /** Copies the files as they are now, as a backup of a running Redis would. */
  backUp(): Promise<void>;
  /** Redis is dead: its data becomes what it was, or nothing. */
  lose(loss: Loss): Promise<void>;
  close(): void;
}

const sampleEveryMs = 50;
const lostMs = 1_000;

export function watchData(dataDir: string): WatchedData {
  const folder = join(dataDir, aofFolder);
  const backup = join(dataDir, 'backup');
  const samples: { readonly atMs: number; readonly sizes: ReadonlyMap<string, number> }[] = [];
  const sample = async (): Promise<void> => {
    const names = await readdir(folder).catch(() => []);
    const sizes = new Map<string, number>();
    for (const name of names) sizes.set(name, (await stat(join(folder, name))).size);
    samples.push({ atMs: performance.now(), sizes });
    while ((samples[1]?.atMs ?? Number.POSITIVE_INFINITY) < performance.now() - 2 * lostMs) samples.shift();
  };
  const timer = setInterval(() => void sample().catch(() => undefined), sampleEveryMs);

  /** What Redis had written a second before its end; a command that is cut in two it leaves out when it starts. */
  const loseLastSecond = async (): Promise<void> => {
    const until = performance.now() - lostMs;
    const kept = samples.findLast(({ atMs }) => atMs <= until);
    if (kept === undefined) throw new RangeError('the append-only file was not watched for long enough');
    for (const [name, size] of kept.sizes) {
      if (name.endsWith('.incr.aof')) await truncate(join(folder, name), size);
    }
  };

  return {
    backUp: () => cp(folder, backup, { recursive: true }),
    async lose(loss) {
      clearInterval(timer);
      if (loss === 'last-second') return loseLastSecond();
      await rm(folder, { recursive: true, force: true });
      if (loss === 'old-backup') await cp(backup, folder, { recursive: true });
    },
    close: () => clearInterval(timer),
  };
}

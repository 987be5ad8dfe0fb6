import { StreamId } from '@marketops/contracts';
import { hintScanKey } from '@marketops/engine';
import { keyPatterns, StoreError } from '@marketops/store';
import type { Connection } from '../ports/redis-script.js';
import { type NotingTools, noteStarted, operationPathOf } from './noting-appender.js';

export interface RebuildTools extends NotingTools {
  readonly redis: Connection;
  readonly nowMs: () => number;
  /** Those noted already need no reading. */
  readonly isNoted: (path: string) => Promise<boolean>;
}

/** Hints that were lost are found again within this. */
const everyMs = 86_400_000;
const keysPerRound = 1_000;

/**
 * Goes through the names of all streams of operations for hints that are missing, a bounded part at a time, and goes on next time where it
 * stopped.
 * @param streamsMax how many are read in one go
 * @returns `whole` when everything has been gone through within the last day; `unreadable` when it has, and what some operation was
 * to do cannot be read any more, being erased or lost: then nobody can say what it made
 */
export async function rebuildHints(
  tools: RebuildTools,
  streamsMax: number,
): Promise<'whole' | 'unreadable' | 'under_way'> {
  const { redis, log } = tools;
  const progress = await redis.hgetall(hintScanKey);
  // Whoever can write Redis must not switch this off: what is no time of the past counts for nothing.
  const doneAt = Number(progress['done_at'] ?? Number.NaN);
  const wasDone = doneAt > 0 && doneAt <= tools.nowMs();
  const before = progress['unreadable'] === '1' ? 'unreadable' : 'whole';
  if (wasDone && tools.nowMs() - doneAt < everyMs) return before;
  const pattern = keyPatterns.stream('op/*');
  let cursor = cursorIn(progress['cursor']);
  let unreadable = cursor !== '0' && progress['unreadable_yet'] === '1';
  for (let read = 0; read < streamsMax; ) {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', keysPerRound);
    for (const key of keys) {
      const stream = key.slice(key.indexOf('op/'));
      if (!StreamId.safeParse(stream).success || (await tools.isNoted(operationPathOf(stream)))) continue;
      read += 1;
      await noteStarted(tools, stream).catch((fault: unknown) => {
        unreadable ||= fault instanceof StoreError && fault.code.startsWith('blob_');
        log.warn({ fault, stream }, 'the reconciler cannot read a stream');
      });
    }
    cursor = next;
    if (cursor === '0') {
      const found = unreadable ? '1' : '0';
      await redis.hset(hintScanKey, 'done_at', tools.nowMs(), 'cursor', '0', 'unreadable', found);
      return unreadable ? 'unreadable' : 'whole';
    }
    await redis.hset(hintScanKey, 'cursor', cursor, 'unreadable_yet', unreadable ? '1' : '0');
  }
  // An earlier round through all of it still counts while the next one is under way.
  return wasDone ? before : 'under_way';
}

/** Redis ends the command for what is no cursor; from the beginning, then. */
const cursorIn = (text = '0'): string => (/^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n ? text : '0');

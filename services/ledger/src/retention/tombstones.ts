import type { RetiredRow } from '@marketops/journal';
import { encodeRetired, type RetiredRun, type Retirement } from '@marketops/store';

export const rowOf = (run: RetiredRun, nowMs: number): RetiredRow => ({
  tombstone: encodeRetired(run),
  retiredAtMs: nowMs,
});

/** What of a tombstone's time is left; null where it is over. */
export function tombstoneOf(
  { tombstone, retiredAtMs }: RetiredRow,
  tombstoneMs: number,
  nowMs: number,
): Retirement['tombstone'] {
  const ttlMs = retiredAtMs + tombstoneMs - nowMs;
  return ttlMs <= 0 ? null : { value: tombstone, ttlMs };
}

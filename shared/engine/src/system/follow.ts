import { type MarketOpsEvent, systemStream } from '@marketops/contracts';
import type { VerifiedReader } from '@marketops/store';

/** A projection of `system` is never older than this. */
const staleMs = 250;

/**
 * Follows the `system` stream, reading only what is new, so that a thousand questions a second cost four reads.
 * @param fold is given every verified event once, in order
 * @returns brings the projection up to date; rejects while the stream cannot be read or believed, so that nobody decides on
 * an older state
 */
export function followSystem(
  reader: VerifiedReader,
  nowMs: () => number,
  fold: (events: readonly MarketOpsEvent[]) => void,
): () => Promise<void> {
  let lastSeq = 0;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const advance = async (): Promise<void> => {
    const startedAtMs = nowMs();
    const view = await reader.readAfter(systemStream, lastSeq);
    fold(view.events);
    lastSeq = view.lastSeq;
    readAtMs = startedAtMs;
  };

  return () => {
    const ageMs = nowMs() - readAtMs;
    // A clock set back makes it old too.
    if (ageMs >= 0 && ageMs < staleMs) return Promise.resolve();
    reading ??= advance().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

import { type MarketOpsEvent, systemStream } from '@marketops/contracts';
import { StoreError, type VerifiedReader } from '@marketops/store';

/** A projection of `system` is never older than this. */
const staleMs = 250;

/**
 * Follows the `system` stream, reading only what is new, so that a thousand questions a second cost four reads. The last that
 * was read is looked at again each time: a stream that was cut back while nobody looked would take in what comes next below
 * what has been read, where nobody would see it.
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
  let lastId: string | undefined;
  let resumeAfter = 0;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const advance = async (): Promise<void> => {
    const startedAtMs = nowMs();
    const view = await reader.readAfter(systemStream, resumeAfter);
    const known = lastSeq - resumeAfter;
    if (lastId !== undefined && view.events[known - 1]?.id !== lastId) throw cutBack(lastSeq);
    fold(view.events.slice(known));
    lastSeq = view.lastSeq;
    lastId = view.events.at(-1)?.id;
    resumeAfter = view.resumeAfter;
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

const cutBack = (seq: number): StoreError =>
  new StoreError('stream_suspect', `system no longer holds what was read there at seq ${seq}`, {
    next: 'Run marketops doctor: somebody has cut the stream back in Redis.',
    retry: 'hold',
  });

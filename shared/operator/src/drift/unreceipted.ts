import { type EventOf, systemStream } from '@marketops/contracts';
import type { Live } from '../system/live.js';

/** What was found that no receipt allowed, newest first. It stays on record: nothing that is done later gives it one. */
export async function unreceiptedEffects(
  { reader }: Pick<Live, 'reader'>,
  limit: number,
): Promise<EventOf<'effect.unreceipted'>[]> {
  const [view] = await reader.read([systemStream]);
  return (view?.events ?? [])
    .flatMap((event) => (event.type === 'effect.unreceipted' ? [event] : []))
    .slice(-limit)
    .reverse();
}

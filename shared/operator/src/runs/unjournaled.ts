import { loadConfig } from '@marketops/engine';
import type { RecordedEvent } from '../replay/source/recorded.js';
import { openBlobs } from '../system/inline-or-blob.js';
import { connectLive } from '../system/live.js';
import type { SystemPlace } from '../system/place.js';
import { readTail } from './runs.js';

/**
 * What Redis has of a run beyond what the ledger has: correctly signed, and vouched for by no ledger yet.
 * @throws OperatorError `redis_unreachable`
 */
export async function unjournaledEvents(
  { configPath, env }: SystemPlace,
  runId: string,
  journaled: readonly RecordedEvent[],
): Promise<RecordedEvent[]> {
  const loaded = loadConfig(configPath, env);
  const live = await connectLive(loaded, env);
  try {
    const known = journaled.map(({ event, entry }) => ({ event, sequence: entry?.sequence }));
    const tail = await readTail(live, openBlobs(loaded.dataDir), runId, known);
    return tail.map(({ event }) => ({ event, entry: null, signer: null, segment: '' }));
  } finally {
    await live.close();
  }
}

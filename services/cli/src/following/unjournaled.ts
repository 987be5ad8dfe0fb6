import { loadConfig } from '@marketops/engine';
import type { Invocation } from '../command.js';
import { openBlobs } from '../reading/inline-or-blob.js';
import { connectLive } from '../reading/live.js';
import { readTail } from '../reading/runs.js';
import type { RecordedEvent } from '../replay/source/recorded.js';

/**
 * What Redis has of a run beyond what the ledger has: correctly signed, and vouched for by no ledger yet.
 * @throws CliError `redis_unreachable`
 */
export async function unjournaledEvents(
  { configPath, env }: Invocation,
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

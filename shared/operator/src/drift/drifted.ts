import { type EventOf, foldOperation, foldRun, operationStream, runStream } from '@marketops/contracts';
import type { LedgerIndex } from '@marketops/journal';
import { StoreError } from '@marketops/store';
import { findInNewestRuns, type RunsPage } from '../ledger/newest-runs.js';
import type { Blobs } from '../system/inline-or-blob.js';
import type { Live } from '../system/live.js';

export interface DriftedEffect {
  readonly runId: string;
  readonly event: EventOf<'effect.drifted'>;
}

/**
 * Effects that are not as they were authorized, those of the newest runs first, as the streams in Redis say. A page ends with a
 * run.
 * @throws OperatorError `run_not_found` for an `after` that the ledger does not have
 */
export async function driftedEffects(
  { index, blobs }: { readonly index: LedgerIndex | undefined; readonly blobs: Blobs },
  live: Pick<Live, 'reader'>,
  page: RunsPage & { readonly limit: number },
): Promise<{ readonly drifted: readonly DriftedEffect[]; readonly next: string | undefined }> {
  const { found, next } = await findInNewestRuns(index, page, async function* (recent) {
    // A dry run has made nothing.
    for (const { runId, mode } of recent)
      if (mode === 'prod') yield [runId, await driftedIn(blobs, live, runId)] as const;
  });
  return { drifted: found, next };
}

async function driftedIn(
  blobs: Blobs,
  { reader }: Pick<Live, 'reader'>,
  runId: string,
): Promise<DriftedEffect[]> {
  try {
    const [ofRun] = await reader.read([runStream(runId)]);
    const { planned } = foldRun(ofRun?.events ?? []);
    const plan = planned === undefined ? undefined : await blobs.plan(planned);
    const streams = (plan?.operations ?? []).map(({ operation_id: id }) => operationStream(runId, id));
    const views = await reader.read(streams);
    return views.flatMap(({ events }) => {
      const { drifted } = foldOperation(events);
      return drifted === undefined ? [] : [{ runId, event: drifted }];
    });
  } catch (fault) {
    // What cannot be believed is told by marketops dead and doctor.
    if (fault instanceof StoreError && fault.code === 'stream_suspect') return [];
    throw fault;
  }
}

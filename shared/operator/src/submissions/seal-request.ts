import { type PlanRequest, runStream } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import { canonicalJson } from '@marketops/proof';
import { openFileBlobs, RunRetiredError } from '@marketops/store';
import { isReadOnly } from '../erasures/read-only.js';
import type { Live } from '../system/live.js';
import type { Submission } from './enqueue.js';

/** Whether a request is sealed: it says so, or its principal or tenant demands it. */
const isToBeSealed = (
  { config }: Pick<LoadedConfig, 'config'>,
  { principal, request }: Submission,
): boolean =>
  request.sealed === true ||
  config.principals[principal]?.sealed === true ||
  (config.sealed_tenants ?? []).includes(request.tenant_id);

/**
 * Seals a request before it leaves this process, so that what it says stands in no queue. The blob is the one that the run's
 * first event will name.
 * @returns as a request that the planner seals, where whoever hands it in may not write the blob store
 * @throws StoreError `blob_erased` where the run was, `blob_key_missing` where it is there and its key is not
 */
export async function sealRequest(
  loaded: LoadedConfig,
  live: Live,
  submission: Submission,
): Promise<Submission> {
  if (!isToBeSealed(loaded, submission)) return submission;
  try {
    return await sealedHere(loaded, live, submission);
  } catch (fault) {
    if (!isReadOnly(fault)) throw fault;
    return { ...submission, request: { ...submission.request, sealed: true } };
  }
}

async function sealedHere(loaded: LoadedConfig, live: Live, submission: Submission): Promise<Submission> {
  const { request: asked, runId, idempotencyKey } = submission;
  const { tenant_id, mode } = asked;
  const { sealed } = openFileBlobs(`${loaded.dataDir}/blobs`);
  const at = { stream: runStream(runId), type: 'plan.requested', tenant_id };
  // Of a run that is there another key would only hide that its own is lost.
  const key = (await isThere(live, runId)) ? await sealed.existingKeyOf(runId) : await sealed.keyOf(runId);
  const request: PlanRequest = { ...asked, sealed: true, salt: key.salt(at) };
  const value = key.seal(at, canonicalJson(request));
  await sealed.put(value);
  return {
    ...submission,
    request,
    job: { tenant_id, mode, idempotency_key: idempotencyKey, sealed: value.ref },
  };
}

const isThere = (live: Live, runId: string): Promise<boolean> =>
  live.reader.read([runStream(runId)]).then(
    ([view]) => (view?.lastSeq ?? 0) > 0,
    (fault: unknown) => {
      if (fault instanceof RunRetiredError) return true;
      throw fault;
    },
  );

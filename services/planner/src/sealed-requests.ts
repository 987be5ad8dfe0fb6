import { InputError, PlanRequest, runStream, SealedPlanRequest } from '@marketops/contracts';
import { type Engine, type IncomingJob, readContained } from '@marketops/engine';
import { type CryptoPort, canonicalJson, deriveRunId, digestOf } from '@marketops/proof';
import { type RunKey, RunRetiredError, StoreError } from '@marketops/store';
import { type PlanTrigger, type PrincipalGrant, parsePlanJob } from './request.js';
import { requestSubject } from './stages/sealing.js';

/**
 * Reads a `plan.requested` job, sealed or open, and seals what is to be: because it asks for it, or because its principal or
 * its tenant demands it. The salt is the run's key's, so the same request has the same digest each time it comes.
 * @returns `erased` for a run that was: a job of before does nothing any more
 * @throws InputError when no run can be named; StoreError `blob_key_missing` where the run is there and its key is not
 */
export async function takeIn(
  engine: Engine,
  crypto: CryptoPort,
  principal: string,
  grant: PrincipalGrant,
  job: IncomingJob,
): Promise<PlanTrigger | 'erased'> {
  try {
    const handedIn = await openedJob(engine, crypto, principal, grant, job);
    const trigger = parsePlanJob(crypto, principal, grant, handedIn);
    const taken = await sealedAsDemanded(engine, crypto, grant, trigger);
    if (handedIn === job) await conceal(engine, taken, job);
    return taken;
  } catch (fault) {
    if (fault instanceof StoreError && fault.code === 'blob_erased') return 'erased';
    throw fault;
  }
}

/** An open job that is to be sealed: from here on it is so in the queue too, however long it waits, and should it fail. */
async function conceal({ blobs }: Engine, trigger: PlanTrigger, job: IncomingJob): Promise<void> {
  const { sealing, request, tenantId, mode, idempotencyKey } = trigger;
  if (sealing === undefined || 'rejected' in request) return;
  const value = sealing.seal(requestSubject(trigger), canonicalJson(request));
  await blobs.sealed.put(value);
  await job.replace?.({ tenant_id: tenantId, mode, idempotency_key: idempotencyKey, sealed: value.ref });
}

async function sealedAsDemanded(
  engine: Engine,
  crypto: CryptoPort,
  grant: PrincipalGrant,
  trigger: PlanTrigger,
): Promise<PlanTrigger> {
  const { runId, tenantId } = trigger;
  const isDemanded = grant.sealed === true || (engine.loaded.config.sealed_tenants ?? []).includes(tenantId);
  if (!trigger.sealed && !isDemanded) return trigger;
  if ('rejected' in trigger.request) return { ...trigger, sealed: true };
  const sealing = await keyOf(engine, runId);
  const request = { ...trigger.request, sealed: true, salt: sealing.salt(requestSubject(trigger)) };
  const { idempotency_key: _, ...rest } = request;
  return { ...trigger, request, requestDigest: digestOf(crypto, rest), sealed: true, sealing };
}

/** A new run's key is made; of one that is there, another would only hide that its own is lost. */
async function keyOf({ reader, blobs }: Engine, runId: string): Promise<RunKey> {
  const isThere = await reader.read([runStream(runId)]).then(
    ([view]) => (view?.lastSeq ?? 0) > 0,
    (fault: unknown) => {
      if (fault instanceof RunRetiredError) return true;
      throw fault;
    },
  );
  return isThere ? blobs.sealed.existingKeyOf(runId) : blobs.sealed.keyOf(runId);
}

/** A job whose request was sealed by whoever handed it in, as the job it stands for; any other as it is. */
async function openedJob(
  { blobs }: Engine,
  crypto: CryptoPort,
  principal: string,
  grant: PrincipalGrant,
  job: IncomingJob,
): Promise<IncomingJob> {
  const { data } = job;
  if (typeof data !== 'object' || data === null || !('sealed' in data) || typeof data.sealed !== 'object')
    return job;
  const parsed = SealedPlanRequest.safeParse(data);
  if (!parsed.success) throw malformed('is not a sealed plan request');
  const { tenant_id: tenantId, mode, idempotency_key: idempotencyKey, sealed } = parsed.data;
  if (!grant.tenants.includes(tenantId))
    throw new InputError('principal_not_allowed', `${principal} may not ask for tenant ${tenantId}`, {
      next: 'Add the tenant to this principal in marketops.yml.',
    });
  const runId = deriveRunId(crypto, { principal, tenantId, idempotencyKey });
  const subject = requestSubject({ runId, tenantId });
  const request = await readContained(blobs, subject, { sealed }, PlanRequest).catch((fault: unknown) => {
    // A disk that fails is not the job's fault. Its key is made before the job is added: where there is none, it is not from here.
    if (fault instanceof StoreError ? fault.code === 'blob_erased' : isOfTheSystem(fault)) throw fault;
    throw malformed('holds a sealed request that cannot be opened here', fault);
  });
  const agrees =
    request.sealed === true &&
    request.tenant_id === tenantId &&
    request.mode === mode &&
    (request.idempotency_key ?? idempotencyKey) === idempotencyKey;
  if (!agrees) throw malformed('says in the open something else than its sealed request');
  return { ...job, data: { ...request, idempotency_key: idempotencyKey } };
}

const isOfTheSystem = (fault: unknown): boolean => fault instanceof Error && 'syscall' in fault;

const malformed = (what: string, cause?: unknown): InputError =>
  new InputError('request_malformed', `the job ${what}`, {
    next: 'Submit the plan again, with marketops submit, where the data folder of this system is.',
    cause,
  });

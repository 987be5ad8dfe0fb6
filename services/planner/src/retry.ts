import { foldRun, InputError, runStream } from '@marketops/contracts';
import { RunRetiredError, type VerifiedReader } from '@marketops/store';
import type { PlanTrigger } from './request.js';

/**
 * What is wrong with the run that a request says it tries again; undefined where nothing is. Whose run it was is read from its
 * own stream: a principal learns nothing about runs of others, not even whether there is one.
 */
export async function retryFault(
  reader: Pick<VerifiedReader, 'read'>,
  { principal, tenantId, runId, request }: PlanTrigger,
): Promise<InputError | undefined> {
  const retried = 'rejected' in request ? undefined : request.retry_of;
  if (retried === undefined) return undefined;
  if (retried === runId) return notAllowed('names the run it is itself');
  const run = await ownerOf(reader, retried);
  if (run.principal !== principal || run.tenantId !== tenantId)
    return notAllowed(`names ${retried}, and ${principal} has no such run for tenant ${tenantId}`);
  if (run.hasEnded) return undefined;
  return notAllowed(`names ${retried}, which has not ended`);
}

/** Of a run that has left Redis, what is left there says it. */
async function ownerOf(reader: Pick<VerifiedReader, 'read'>, runId: string) {
  try {
    const [view] = await reader.read([runStream(runId)]);
    const { requested, tenantId, status } = foldRun(view?.events ?? []);
    const hasEnded = status === 'completed' || status === 'rejected';
    return { principal: requested?.data.principal, tenantId, hasEnded };
  } catch (fault) {
    if (!(fault instanceof RunRetiredError)) throw fault;
    const { principal, tenantId } = fault.retired;
    return { principal, tenantId, hasEnded: true };
  }
}

const notAllowed = (message: string): InputError =>
  new InputError('retry_not_allowed', `retry_of ${message}`, {
    next: 'Name an ended run of your own, or leave retry_of out.',
    faults: [{ path: 'retry_of', message }],
  });

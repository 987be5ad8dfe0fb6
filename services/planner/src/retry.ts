import { foldRun, InputError, runStream } from '@marketops/contracts';
import type { VerifiedReader } from '@marketops/store';
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
  const [view] = await reader.read([runStream(retried)]);
  const run = foldRun(view?.events ?? []);
  if (run.requested?.data.principal !== principal || run.tenantId !== tenantId)
    return notAllowed(`names ${retried}, and ${principal} has no such run for tenant ${tenantId}`);
  if (run.status === 'completed' || run.status === 'rejected') return undefined;
  return notAllowed(`names ${retried}, which has not ended`);
}

const notAllowed = (message: string): InputError =>
  new InputError('retry_not_allowed', `retry_of ${message}`, {
    next: 'Name an ended run of your own, or leave retry_of out.',
    faults: [{ path: 'retry_of', message }],
  });

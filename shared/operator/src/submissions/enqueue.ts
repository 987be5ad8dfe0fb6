import { InputError, type PlanRequest, runStream } from '@marketops/contracts';
import { jobNames, queueNames } from '@marketops/engine';
import { digestOf } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type RetiredRun, RunRetiredError } from '@marketops/store';
import { OperatorError } from '../errors.js';
import type { Live } from '../system/live.js';
import { jobIdFor } from './job-id.js';

export interface Submission {
  readonly principal: string;
  readonly request: PlanRequest;
  readonly idempotencyKey: string;
  readonly runId: string;
  /** What the job holds, where that is not the request itself: the name of its ciphertext. */
  readonly job?: Readonly<Record<string, unknown>>;
}

/**
 * Adds the plan to the principal's queue as a bare job, as any BullMQ client could. The same key and request again is
 * the same run.
 * @returns whether the run was there already, and what is left of it where it has ended and left Redis
 * @throws InputError `idempotency_conflict` where the key already names a run that was asked for something else
 */
export async function enqueuePlan(live: Live, submission: Submission): Promise<Enqueued> {
  const { principal, request, idempotencyKey, runId } = submission;
  const { known, retired } = await refuseConflict(live, submission);
  if (retired !== undefined) return { known, retired };
  const queue = live.queue(queueNames.plans(principal));
  const jobId = jobIdFor(idempotencyKey, runId);
  // BullMQ ignores a job whose id it still knows; one that failed earlier would swallow this one.
  const earlier = await queue.getJob(jobId);
  if ((await earlier?.isFailed()) === true) await earlier?.remove();
  await queue.add(jobNames.planRequested, submission.job ?? request, { jobId });
  return { known };
}

export interface Enqueued {
  readonly known: boolean;
  /** Nothing was enqueued for it. */
  readonly retired?: RetiredRun;
}

async function refuseConflict(live: Live, submission: Submission): Promise<Enqueued> {
  const { request, idempotencyKey, runId } = submission;
  const view = await live.reader.read([runStream(runId)]).then(
    ([found]) => found,
    (fault: unknown) => {
      if (fault instanceof RunRetiredError) return fault.retired;
      throw fault;
    },
  );
  if (view !== undefined && 'endedAt' in view) {
    if (view.status === 'rejected') throw conflict(`${runId}, which was rejected`, idempotencyKey);
    if (view.requestDigest === requestDigestOf(request)) return { known: true, retired: view };
    throw conflict(`${runId}, which was asked for something else`, idempotencyKey);
  }
  for (const event of view?.events ?? []) {
    if (event.type === 'plan.rejected') {
      throw conflict(`${runId}, which was rejected`, idempotencyKey);
    }
    if (event.type !== 'plan.requested') continue;
    if (event.data.request_digest === requestDigestOf(request)) return { known: true };
    throw conflict(`${runId}, which was asked for something else`, idempotencyKey);
  }
  return { known: false };
}

function requestDigestOf({ idempotency_key: _, ...asked }: PlanRequest): string {
  return digestOf(nodeCrypto, asked);
}

const conflict = (what: string, key: string) =>
  new InputError('idempotency_conflict', `the idempotency key ${key} already names ${what}`, {
    next: 'Use a new idempotency key for a new request.',
  });

/**
 * Throws where the planner has ended the job without a run: its refusals at the door have no stream to stand in, so
 * the job is where they show.
 */
export async function refuseFailedJob(
  live: Live,
  { principal, idempotencyKey, runId }: Submission,
): Promise<void> {
  const job = await live.queue(queueNames.plans(principal)).getJob(jobIdFor(idempotencyKey, runId));
  if (job === undefined || !(await job.isFailed())) return;
  const [, code = 'plan_refused', message = job.failedReason] =
    /^([a-z_]+): (.*)$/s.exec(job.failedReason) ?? [];
  throw new OperatorError('plan_refused', `the planner refused the plan: ${message} (${code})`, {
    next: 'Correct what it names and submit again.',
  });
}

/** Whether any planner takes jobs from this principal's queue right now; undefined where Redis cannot tell. */
export async function hasPlanner(live: Live, principal: string): Promise<boolean | undefined> {
  try {
    return (await live.queue(queueNames.plans(principal)).getWorkersCount()) > 0;
  } catch {
    return undefined;
  }
}

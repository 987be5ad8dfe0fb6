import { foldRun, RunId, runStream } from '@marketops/contracts';
import { type LoadedConfig, queueNames } from '@marketops/engine';
import { StoreError } from '@marketops/store';
import type { Job } from 'bullmq';
import type { Live } from '../system/live.js';
import type { DeadLetter } from './dead-letter.js';

/** Of each queue, the newest; BullMQ keeps a thousand. */
const perQueueMax = 200;

/** A job's run as it says itself, or as the order in it does. That proves nothing: it is only where to look. */
function claimedRun(data: unknown): string | undefined {
  const own = membersOf(data);
  const action = membersOf(membersOf(own['command'])['action']);
  return RunId.safeParse(own['run_id'] ?? action['run_id']).data;
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** Jobs in BullMQ's failed sets whose run has not ended, or that never became one. That a job failed decides nothing by itself. */
export async function failedJobs({ config }: LoadedConfig, live: Live): Promise<DeadLetter[]> {
  const plans: ReadonlySet<string> = new Set(Object.keys(config.principals).map(queueNames.plans));
  const names = [
    ...plans,
    queueNames.authorizations,
    ...Object.keys(config.accounts).map(queueNames.publications),
    queueNames.runs,
    queueNames.ledger,
  ];
  const letters: DeadLetter[] = [];
  for (const name of names) {
    for (const job of await live.queue(name).getFailed(0, perQueueMax - 1)) {
      const runId = claimedRun(job.data);
      if (runId === undefined || !(await hasEnded(live, runId)))
        letters.push(letterOf(name, job, runId, plans.has(name)));
    }
  }
  return letters;
}

async function hasEnded(live: Live, runId: string): Promise<boolean> {
  try {
    const [view] = await live.reader.read([runStream(runId)]);
    const { status } = foldRun(view?.events ?? []);
    return status === 'completed' || status === 'rejected';
  } catch (fault) {
    if (fault instanceof StoreError) return false;
    throw fault;
  }
}

function letterOf(queue: string, job: Job, runId: string | undefined, isPlan: boolean): DeadLetter {
  const [, code = 'job_failed', message = job.failedReason ?? ''] =
    /^([a-z_]{1,64}): (.*)$/s.exec(job.failedReason ?? '') ?? [];
  return {
    kind: 'job',
    subject: `${queue} ${job.id ?? ''}`,
    runId: runId ?? null,
    operationId: null,
    state: 'failed',
    since: job.finishedOn === undefined ? null : new Date(job.finishedOn).toISOString(),
    why: { code, message },
    ...helpOf(runId, isPlan),
  };
}

function helpOf(runId: string | undefined, isPlan: boolean): Pick<DeadLetter, 'help' | 'hint'> {
  if (runId !== undefined) return { help: `marketops timeline ${runId}`, hint: null };
  // Without a run there is nothing that could end it: BullMQ drops the oldest failures, and so does this list.
  const goes = `this entry goes when ${perQueueMax} newer ones have failed`;
  return isPlan
    ? { help: 'marketops submit <plan>', hint: `Correct the plan, then submit it; ${goes}.` }
    : { help: 'marketops doctor', hint: `No service enqueues such a job: see who else can; ${goes}.` };
}

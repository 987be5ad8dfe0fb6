import type { IncomingJob } from '../worker.js';
import { outcomeOf } from './job-outcome.js';
import { metricsOff } from './metrics.js';
import type { Telemetry } from './telemetry.js';
import { type Subject, subjectOf } from './trace-ids.js';
import { tracingOff } from './tracing.js';

type Process = (job: IncomingJob) => Promise<void>;

export interface ObservedQueue {
  readonly queue: string;
  readonly throttles: boolean;
  /** The run a job is about, where its data does not name it. */
  readonly runIdOf?: ((job: IncomingJob) => string | undefined) | undefined;
}

/** The same handler, measured and traced: each job, and each item of a group. */
export function observedHandler(
  process: Process,
  { metrics, tracing }: Telemetry,
  { queue, throttles, runIdOf }: ObservedQueue,
): Process {
  if (metrics === metricsOff && tracing === tracingOff) return process;
  return async (job) => {
    const began = performance.now();
    let outcome: ReturnType<typeof outcomeOf> = 'done';
    const { id, name, attempt, lastAttempt } = job;
    const subject = subjectOfJob(job, runIdOf);
    try {
      await tracing.handling({ id, name, queue, attempt, ...subject }, () => process(job));
    } catch (fault) {
      outcome = outcomeOf(fault, { lastAttempt, throttles });
      throw fault;
    } finally {
      metrics.count('marketops_jobs_total', { queue, outcome });
      metrics.observe('marketops_job_duration_seconds', { queue }, (performance.now() - began) / 1_000);
    }
  };
}

/** Never in the way of the job itself: what cannot be told is not. */
function subjectOfJob(job: IncomingJob, runIdOf: ObservedQueue['runIdOf']): Subject {
  try {
    const runId = runIdOf?.(job);
    return runId === undefined ? subjectOf(job.data) : { runId };
  } catch {
    return {};
  }
}

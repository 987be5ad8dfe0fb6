import { Fault } from '@marketops/contracts';
import { RunRetiredError } from '@marketops/store';
import { DelayedError, type Job, RateLimitError, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from './clock.js';
import { holdMsOf, ThrottledError } from './errors.js';
import type { Logger } from './log.js';
import { backoffMs, failedJobsKept, type QueueTuning, stalledCountMax } from './queue-config.js';
import { namedIds, subjectOf } from './telemetry/trace-ids.js';
import type { Tracing } from './telemetry/tracing.js';

/**
 * Without a limiter of its own a worker does not look at the key that pauses its queue. This one never limits by itself:
 * no queue starts that many jobs in a second. It costs Redis work per job, so only queues that throttle have it.
 */
const limiter = { max: 1_000_000_000, duration: 1_000 };
/** After an error this long must pass in silence, or a job begin, before the worker counts as healthy again. */
const errorMemoryMs = 5_000;

/** What ioredis says of a connection that was there and is not. */
const away: ReadonlySet<string> = new Set(['close', 'reconnecting', 'end']);

/** A job as a handler sees it. `data` is whatever stood in the queue. */
export interface IncomingJob {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly data: unknown;
  /** When it was added, epoch milliseconds; with the id it names a job for ever, even after a queue was emptied. */
  readonly addedAtMs: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** True when a transient fault now would end the job. */
  readonly lastAttempt: boolean;
  /** Aborts when the lock is lost or the process is asked to stop at once. */
  readonly signal: AbortSignal;
  /** Puts other data into the queue in the place of what is to be read there no longer. Absent where there is no queue. */
  readonly replace?: (data: object) => Promise<void>;
}

export interface RunningWorker {
  readonly queue: string;
  /** False while Redis is away, and for a while after an error. */
  healthy(): boolean;
  /** Lets the jobs at hand finish, then stops. */
  close(): Promise<void>;
}

export interface WorkOptions {
  /** True for a queue whose handler throws `ThrottledError`: the whole queue then pauses. Otherwise it is a hold. */
  readonly throttles?: boolean;
  /** The run a job is about, for queues whose jobs do not name it in their data. Asked for traces and for lines of the log. */
  readonly runIdOf?: (job: IncomingJob) => string | undefined;
}

interface TakenJob extends IncomingJob {
  abort(reason: string): void;
}

/** BullMQ's job as a handler sees it. The signal is made for whoever looks at it: few do, and it costs more than the rest. */
function takenJob(job: Job, queue: string): TakenJob {
  let controller: AbortController | undefined;
  let lost: string | undefined;
  const attempt = job.attemptsMade + 1;
  return {
    id: job.id ?? '',
    name: job.name,
    queue,
    data: job.data,
    addedAtMs: job.timestamp,
    attempt,
    lastAttempt: attempt >= (job.opts.attempts ?? 1),
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (lost !== undefined) controller.abort(lost);
      }
      return controller.signal;
    },
    replace: (data) => job.updateData(data),
    abort(reason) {
      lost = reason;
      controller?.abort(reason);
    },
  };
}

/**
 * Works one queue. What a handler throws decides what becomes of the job:
 * `hold` delays it and spends no attempt, `transient` backs off, anything `terminal` ends it.
 */
export function startWorker(
  options: WorkOptions & {
    readonly queue: string;
    readonly redis: Redis;
    readonly tuning: QueueTuning;
    readonly clock: Clock;
    readonly log: Logger;
    readonly process: (job: IncomingJob) => Promise<void>;
    readonly tracing?: Pick<Tracing, 'queues'>;
  },
): RunningWorker {
  const { queue, redis, tuning, clock, log, process, tracing, throttles = false, runIdOf } = options;
  let errorAtMs = Number.NEGATIVE_INFINITY;
  const atHand = new Map<string, TakenJob>();
  const worker: Worker = new Worker(
    queue,
    // Two parameters: to a function that takes three, BullMQ gives a signal of its own, and makes one for every job.
    async (job: Job, token?: string) => {
      errorAtMs = Number.NEGATIVE_INFINITY;
      adoptRetries(job, tuning);
      const taken = takenJob(job, queue);
      atHand.set(taken.id, taken);
      try {
        await process(taken);
      } catch (fault) {
        // A late job of a run that has ended and left Redis: there is nothing to do, and nothing is wrong.
        if (fault instanceof RunRetiredError) {
          log.info({ queue, job: job.id, run_id: fault.retired.runId }, 'its run has ended and left Redis');
          return;
        }
        throw await disposition(fault, job, token);
      } finally {
        if (atHand.get(taken.id) === taken) atHand.delete(taken.id);
      }
    },
    {
      connection: redis,
      concurrency: tuning.concurrency,
      lockDuration: tuning.lockMs,
      stalledInterval: tuning.lockMs,
      maxStalledCount: stalledCountMax,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: failedJobsKept },
      ...(throttles ? { limiter } : {}),
      ...(tracing?.queues === undefined ? {} : { telemetry: tracing.queues }),
      // The version check stays: without it BullMQ takes Redis for one that blocks for whole seconds only, and every
      // hold and backoff of an idle queue would last that long.
      settings: { backoffStrategy: (attemptsMade) => backoffMs(tuning, attemptsMade, Math.random) },
    },
  );

  /** What a line about a job says of it; its run and operation where its data names them. */
  const toldOf = (job: Job) => {
    const runId = runIdOf?.(takenJob(job, queue));
    return { queue, job: job.id, ...namedIds(runId === undefined ? subjectOf(job.data) : { runId }) };
  };

  /** What to throw so that BullMQ does with the job what the fault's retry class says. */
  const disposition = async (fault: unknown, job: Job, token: string | undefined): Promise<Error> => {
    if (throttles && fault instanceof ThrottledError) {
      log.warn({ ...toldOf(job), delay_ms: fault.delayMs }, fault.message);
      await pauseQueue(redis, queue, fault.delayMs);
      return new RateLimitError();
    }
    if (fault instanceof Fault && fault.retry === 'hold') {
      log.debug({ ...toldOf(job), fault }, 'held');
      // BullMQ reckons with the machine's clock, whatever ours says.
      await job.moveToDelayed(Date.now() + holdMsOf(fault, tuning.holdMs), token);
      return new DelayedError();
    }
    if (fault instanceof Fault && fault.retry === 'transient') {
      log.warn({ ...toldOf(job), fault }, 'will be tried again');
      return fault;
    }
    if (fault instanceof Fault) {
      log.warn({ ...toldOf(job), fault }, 'refused');
      return new UnrecoverableError(`${fault.code}: ${fault.message}`);
    }
    log.error({ ...toldOf(job), fault }, 'failed unexpectedly');
    return fault instanceof Error ? fault : new Error(String(fault));
  };

  worker.on('error', (fault) => {
    errorAtMs = clock.nowMs();
    log.warn({ queue, fault }, 'worker error');
  });
  worker.on('lockRenewalFailed', (jobs) => {
    log.warn({ queue, jobs }, 'locks lost; the append decides who was first');
    for (const id of jobs) atHand.get(id)?.abort('the lock is lost');
  });
  return {
    queue,
    healthy: () =>
      worker.isRunning() && !away.has(redis.status) && clock.nowMs() - errorAtMs >= errorMemoryMs,
    close: () => worker.close(),
  };
}

/**
 * A bare job brings no attempts of its own and gets the same retries as ours. BullMQ reads the options of this object
 * when the job ends, and counts the attempts itself: holds are none.
 */
function adoptRetries(job: Job, tuning: QueueTuning): void {
  if ((job.opts.attempts ?? 0) > 1) return;
  job.opts.attempts = tuning.attempts;
  job.opts.backoff = { type: 'custom' };
}

/** BullMQ's own throttle: a key with a lifetime that makes every worker of the queue wait. */
async function pauseQueue(redis: Redis, queue: string, delayMs: number): Promise<void> {
  await redis.set(`bull:${queue}:limiter`, Number.MAX_SAFE_INTEGER, 'PX', Math.max(1, Math.ceil(delayMs)));
}

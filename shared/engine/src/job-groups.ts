import { Fault, InputError } from '@marketops/contracts';
import type { JobSpec } from '@marketops/store';
import { z } from 'zod';
import { holdMsOf } from './errors.js';
import type { Logger } from './log.js';
import { backoffMs, groupItemsMax, type QueueTuning } from './queue-config.js';
import { namedIds, subjectOf } from './telemetry/trace-ids.js';
import type { IncomingJob } from './worker.js';

/**
 * Many small jobs in one of BullMQ's: what a job costs Redis and both ends, its group pays once.
 *
 *     enqueue ─▶ packed ─▶ one job { group: [{ name, data, id }, …] } ─▶ each item handled as a job of its own
 *                                                                          │ did not succeed
 *                                    a single job, as if never grouped  ◀──┘ and only then is the group done
 *
 * For queues whose handlers are free of effects and may look twice (law E2): a worker that dies in the middle has its
 * whole group repeated. A look in a group counts as no attempt; what it does not settle is settled by the single job,
 * with holds, retries and refusal as ever.
 */

/** What a group is called among the jobs of its queue. */
export const groupName = 'jobs.grouped';

/** BullMQ takes no colons and no integers for ids. An item's must do, since the item may have to become a job. */
const ownId = /^(?!-?\d+$)[^:]{1,256}$/;

const JobGroup = z.strictObject({
  group: z
    .array(
      z.strictObject({
        name: z
          .string()
          .max(256)
          .refine((name) => name !== groupName),
        data: z.custom<JobSpec['data']>(
          (data) => typeof data === 'object' && data !== null && !Array.isArray(data),
        ),
        id: z.string().regex(ownId).optional(),
        coalesce_id: z.string().min(1).max(256).optional(),
      }),
    )
    .min(1)
    .max(groupItemsMax),
});
type GroupItem = z.infer<typeof JobGroup>['group'][number];

/**
 * The same jobs in as few as possible: each once, in order, up to `groupItemsMax` in one. What must wait stays by itself,
 * and so does what has no company.
 */
export function packed(jobs: readonly JobSpec[]): readonly JobSpec[] {
  if (jobs.length < 2) return jobs;
  const packed: JobSpec[] = [];
  const once = new Map<unknown, JobSpec>();
  for (const job of jobs) {
    if (!isGroupable(job)) packed.push(job);
    else if (!once.has(identityOf(job))) once.set(identityOf(job), job);
  }
  const groupable = [...once.values()];
  for (let from = 0; from < groupable.length; from += groupItemsMax) {
    const company = groupable.slice(from, from + groupItemsMax);
    const [first] = company;
    if (first === undefined) break;
    packed.push(
      company.length === 1
        ? first
        : { queue: first.queue, name: groupName, data: { group: company.map(itemOf) } },
    );
  }
  return packed;
}

const isGroupable = ({ jobId, delayMs }: JobSpec): boolean =>
  delayMs === undefined && (jobId === undefined || ownId.test(jobId));

/** What makes two jobs of one queue the same; a job without an id is the same as no other. */
const identityOf = (job: JobSpec): unknown =>
  job.jobId ?? (job.coalesceId === undefined ? job : `:${job.coalesceId}`);

const itemOf = ({ name, data, jobId, coalesceId }: JobSpec): GroupItem => ({
  name,
  data,
  ...(jobId === undefined ? {} : { id: jobId }),
  ...(coalesceId === undefined ? {} : { coalesce_id: coalesceId }),
});

type Process = (job: IncomingJob) => Promise<void>;

/**
 * A processor of jobs and groups from one of jobs. At most `tuning.concurrency` jobs and items are worked on at a time, in
 * the order they came.
 * @param alone enqueues jobs singly; what it throws has the whole group tried again
 */
export function ungrouped(
  process: Process,
  options: {
    readonly tuning: QueueTuning;
    readonly log: Logger;
    readonly alone: (jobs: readonly JobSpec[]) => Promise<void>;
  },
): Process {
  const { tuning, log, alone } = options;
  const gate = openGate(tuning.concurrency);
  const coalesce = openCoalescing();

  const look = async (group: IncomingJob, item: GroupItem, index: number): Promise<void> => {
    const id = item.id ?? `${group.id}.${index}`;
    const { queue, addedAtMs, attempt, signal } = group;
    const { name, data } = item;
    try {
      await process({ id, name, queue, data, addedAtMs, attempt, lastAttempt: false, signal });
    } catch (fault) {
      log.debug({ queue, job: id, ...namedIds(subjectOf(data)), fault }, 'becomes a job of its own');
      await alone([{ ...specOf(queue, item), ...delayAfter(fault, tuning) }]);
    }
  };

  return async (job) => {
    if (job.name !== groupName) return gate(() => process(job));
    const items = itemsOf(job);
    const ends = await Promise.allSettled(
      items.map((item, index) => {
        if (item.coalesce_id === undefined) return gate(() => look(job, item, index));
        return coalesce(JSON.stringify([item.name, item.coalesce_id, item.data]), (begin) =>
          gate(() => {
            begin();
            return look(job, item, index);
          }),
        );
      }),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };
}

/** @throws InputError for what is no group: it is refused like any data nobody understands. */
function itemsOf({ data }: IncomingJob): readonly GroupItem[] {
  const parsed = JobGroup.safeParse(data);
  if (parsed.success) return parsed.data.group;
  throw new InputError('request_malformed', 'the job is no group of jobs', {
    next: 'Nothing to do: groups are made by the engine.',
  });
}

const specOf = (queue: string, { name, data, id, coalesce_id: coalesceId }: GroupItem): JobSpec => ({
  queue,
  name,
  data,
  ...(id === undefined ? {} : { jobId: id }),
  ...(coalesceId === undefined ? {} : { coalesceId }),
});

/** When the single job looks: a hold says so itself, what may pass gets time to, a refusal is pronounced at once. */
function delayAfter(fault: unknown, tuning: QueueTuning): { delayMs?: number } {
  if (!(fault instanceof Fault) || fault.retry === 'transient')
    return { delayMs: backoffMs(tuning, 1, Math.random) };
  return fault.retry === 'hold' ? { delayMs: holdMsOf(fault, tuning.holdMs) } : {};
}

type Gate = (task: () => Promise<void>) => Promise<void>;

/** Lets `max` tasks run at a time, the others wait in line. */
function openGate(max: number): Gate {
  const line: (() => void)[] = [];
  let free = max;
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => line.push(resolve));
    try {
      await task();
    } finally {
      const next = line.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/**
 * What a coalesced job is to BullMQ, for the items of all groups at hand: one that has not begun serves everybody who asks
 * for the same, and one that runs has at most one more after it.
 */
function openCoalescing(): (key: string, task: (begin: () => void) => Promise<void>) => Promise<void> {
  const waiting = new Map<string, Promise<void>>();
  const running = new Map<string, Promise<void>>();
  return (key, task) => {
    const there = waiting.get(key);
    if (there !== undefined) return there;
    const before = running.get(key) ?? Promise.resolve();
    const begin = () => {
      waiting.delete(key);
      running.set(key, turn);
    };
    const turn: Promise<void> = before
      .catch(() => undefined)
      .then(() => task(begin))
      .finally(() => {
        if (running.get(key) === turn) running.delete(key);
      });
    waiting.set(key, turn);
    return turn;
  };
}

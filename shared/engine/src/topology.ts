import type { Actor, OperatorCommand, Receipt } from '@marketops/contracts';
import type { JobSpec } from '@marketops/store';

/**
 * Which queues there are and what goes where. Names are braced so that a queue's keys share a cluster slot.
 *
 *     {plans-<principal>} ─▶ planner ─▶ {authorizations} ─▶ federation ─▶ {publications-<account>} ─▶ publisher
 *                              ▲                                │                                      │
 *                              └──────────── {runs} ◀───────────┴──────────────────────────────────────┘
 *
 * Jobs are hints. Every id is deterministic: the same trigger enqueued twice is one job, or, where jobs travel in groups,
 * at worst handled twice. `{runs}` is coalesced per run, so that a plan of a thousand operations does not wake the
 * planner a thousand times.
 */
export const queueNames = {
  plans: (principal: string) => `{plans-${principal}}`,
  authorizations: '{authorizations}',
  publications: (account: string) => `{publications-${account.toLowerCase()}}`,
  runs: '{runs}',
  ledger: '{ledger}',
} as const;

/**
 * Queues whose jobs travel in groups: their handlers have no effects and may look at anything twice. Not the publications,
 * whose jobs carry out effects, and not the plans, which come from elsewhere.
 */
export const groupedQueues: ReadonlySet<string> = new Set([queueNames.authorizations, queueNames.runs]);

const { authorizations, runs, ledger } = queueNames;
const [everyPlans, everyPublications] = [queueNames.plans('*'), queueNames.publications('*')];

/**
 * Who takes jobs from which queues, and who adds to which; `*` stands for every principal or account. Nobody adds to the
 * plans of a principal: the name of that queue is all that says who asks. Redis is told the same (`redis-users/`).
 */
export const queuesOf: Readonly<
  Record<Actor, { readonly works: readonly string[]; readonly feeds: readonly string[] }>
> = {
  planner: { works: [everyPlans, runs], feeds: [authorizations, everyPublications, runs, ledger] },
  federation: { works: [authorizations], feeds: [authorizations, everyPublications, runs, ledger] },
  publisher: { works: [everyPublications], feeds: [authorizations, runs, ledger] },
  ledger: { works: [ledger], feeds: [ledger] },
  console: { works: [], feeds: [authorizations, everyPublications, runs, ledger] },
  orchestrator: { works: [], feeds: [] },
};

/** Whether this actor may add to this queue. */
export const mayEnqueue = (actor: Actor, queue: string): boolean =>
  queuesOf[actor].feeds.some((fed) =>
    fed.endsWith('*}') ? queue.startsWith(fed.slice(0, -'*}'.length)) : queue === fed,
  );

export const jobNames = {
  planRequested: 'plan.requested',
  runCancel: 'run.cancel',
  authorize: 'plan.generated',
  revoke: 'receipt.revoke',
  publish: 'receipt.issued',
  reconcile: 'reconcile',
  run: 'run.changed',
  erase: 'blob.erased',
  suspect: 'stream.suspect',
} as const;

/** Federation looks at a run's operations. `trigger` tells one occasion from the next: the seq it happened at. */
export const authorizationJob = (
  runId: string,
  trigger: string,
  operationIds?: readonly string[],
): JobSpec => ({
  queue: queueNames.authorizations,
  name: jobNames.authorize,
  jobId: `${runId}.${trigger}`,
  data: { run_id: runId, ...(operationIds === undefined ? {} : { operation_ids: operationIds }) },
});

/** Federation is handed an operator's order to revoke a receipt. One job per order. */
export const revokeJob = (command: OperatorCommand): JobSpec => ({
  queue: queueNames.authorizations,
  name: jobNames.revoke,
  jobId: `revoke-${command.command_id}`,
  data: { command },
});

/** The publisher is presented a receipt, with what it is for beside it. One job per receipt. */
export function publicationJob(account: string, receipt: Receipt): JobSpec {
  const { receipt_id, run_id, operation_id, operation_kind, mode } = receipt;
  return {
    queue: queueNames.publications(account),
    name: jobNames.publish,
    jobId: receipt_id,
    data: { run_id, operation_id, operation_kind, mode, receipt },
  };
}

/** The publisher finds out what became of an uncertain operation: the order stands in its stream. One job per order. */
export const reconcileJob = (
  account: string,
  { command_id }: Pick<OperatorCommand, 'command_id'>,
  { runId, operationId }: { readonly runId: string; readonly operationId: string },
): JobSpec => ({
  queue: queueNames.publications(account),
  name: jobNames.reconcile,
  jobId: `reconcile-${command_id}`,
  data: { run_id: runId, operation_id: operationId },
});

/** The planner looks at a run: something about one of its operations has changed. */
export const runJob = (runId: string): JobSpec => ({
  queue: queueNames.runs,
  name: jobNames.run,
  coalesceId: runId,
  data: { run_id: runId },
});

/** The planner finishes what an operator's order to erase began: the order stands on `system`. One job per order. */
export const eraseJob = ({ command_id }: Pick<OperatorCommand, 'command_id'>): JobSpec => ({
  queue: queueNames.runs,
  name: jobNames.erase,
  jobId: `erase-${command_id}`,
  data: {},
});

/** The ledger looks at a stream that somebody could not believe. */
export const suspectJob = (stream: string): JobSpec => ({
  queue: queueNames.ledger,
  name: jobNames.suspect,
  coalesceId: stream.replaceAll('/', '.'),
  data: { stream },
});

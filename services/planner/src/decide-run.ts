import {
  type EventDraft,
  type EventOf,
  isTerminal,
  type OperationState,
  operationStream,
  type PlanRequest,
  type PublicationPlan,
  type Reason,
  type RunState,
  runOutcome,
  runStream,
  standingOf,
} from '@marketops/contracts';
import {
  authorizationJob,
  type Decision,
  jobNames,
  publicationJob,
  type QueueTuning,
  queueNames,
} from '@marketops/engine/deciding';
import type { JobSpec } from '@marketops/store';

/** A run with its operations, as loaded. */
export interface RunView {
  readonly runId: string;
  readonly sweep: boolean;
  readonly run: RunState;
  readonly plan: PublicationPlan | null;
  /** Loaded for a sweep of a run that has no plan yet. */
  readonly request: PlanRequest | null;
  readonly operations: ReadonlyMap<string, OperationState>;
  /** Of the newest event of any of its streams; empty when there is none. */
  readonly lastEventAt: string;
}

/**
 * What a run needs now. Pure.
 *
 * Operations are visited in the order of the plan as often as something changes, so that a skip reaches everything
 * that depends on it in one decision.
 */
export function decideRun(view: RunView, nowMs: number, tuning: QueueTuning): Decision {
  const { runId, run, plan } = view;
  const context = {
    tenantId: run.tenantId,
    runId,
    mode: run.mode,
    causationId: `runs:${runId}`,
    correlationId: runId,
  };
  const nothing: Decision = { context, streams: [], jobs: [] };
  if (run.status === 'requested' && view.sweep) {
    const streams = isSilent(view, nowMs, tuning) ? [stalled(view, [])] : [];
    return { ...nothing, streams, jobs: planAgain(view, nowMs) };
  }
  if (run.status !== 'planned' || plan === null) return nothing;

  const skipped = skips(view, plan);
  const after = new Map(view.operations);
  const streams: Decision['streams'][number][] = [];
  for (const [id, reason] of skipped) {
    const state = view.operations.get(id);
    if (state === undefined) continue;
    const event: EventDraft = { type: 'operation.skipped', data: { operation_id: id, reason } };
    streams.push({ stream: operationStream(runId, id), ...standingOf(state), events: [event] });
    after.set(id, { ...state, phase: 'skipped' });
  }
  const outcome = runOutcome([...after.values()], run.cancelRequested !== undefined);
  if (outcome !== undefined) {
    streams.push({
      stream: runStream(runId),
      ...standingOf(run),
      events: [{ type: 'run.completed', data: outcome }],
    });
    return { context, streams, jobs: [], deadline: { runId, atMs: null } };
  }
  const waiting = [...after].filter(([, state]) => !isTerminal(state)).map(([id]) => id);
  if (view.sweep && isSilent(view, nowMs, tuning) && !awaitsPeople(view, plan, waiting, nowMs)) {
    streams.push(stalled(view, waiting));
  }
  return { context, streams, jobs: jobsFor(view, plan, after, nowMs) };
}

/** The list is a convenience of the event; a plan of a thousand would not fit one. Empty where there is no plan yet. */
const stalled = ({ runId, run }: RunView, waiting: readonly string[]): Decision['streams'][number] => ({
  stream: runStream(runId),
  ...standingOf(run),
  events: [{ type: 'run.stalled', data: { waiting_for: waiting.slice(0, 50), sweeps: run.stalls + 1 } }],
});

/** Silent for a whole deadline, and not said since the last thing that happened. */
function isSilent({ lastEventAt, run }: RunView, nowMs: number, tuning: QueueTuning): boolean {
  if (nowMs - Date.parse(lastEventAt) < tuning.runDeadlineMs) return false;
  return run.stalledAt !== lastEventAt;
}

/**
 * Everything that is open waits for people who still have time to answer, or for an operation that does. Silence is not a
 * stall then.
 */
function awaitsPeople(
  { run, operations }: RunView,
  plan: PublicationPlan,
  waiting: readonly string[],
  nowMs: number,
): boolean {
  const asked = new Set(
    run.approvalRequests.flatMap(({ data }) =>
      Date.parse(data.expires_at) > nowMs ? data.operation_ids : [],
    ),
  );
  const open = new Set(waiting);
  const dependsOn = new Map(plan.operations.map((item) => [item.operation_id, item.depends_on]));
  return waiting.every((id) => {
    const waits = asked.has(id) || dependsOn.get(id)?.some((dependency) => open.has(dependency)) === true;
    return waits && operations.get(id)?.phase === 'planned';
  });
}

/** An order opened again what can be done no more: nobody knows what it was. It ends as it had. Pure. */
export function asItStood(
  { runId, run }: Pick<RunView, 'runId' | 'run'>,
  { data }: EventOf<'run.completed'>,
): Decision {
  return {
    context: {
      tenantId: run.tenantId,
      runId,
      mode: run.mode,
      causationId: `runs:${runId}`,
      correlationId: runId,
    },
    streams: [{ stream: runStream(runId), ...standingOf(run), events: [{ type: 'run.completed', data }] }],
    jobs: [],
    deadline: { runId, atMs: null },
  };
}

/** Which operations will not be tried, and why; what depends on them follows. */
function skips({ run, operations }: RunView, plan: PublicationPlan): Map<string, Reason> {
  const skipped = new Map<string, Reason>();
  const lost = (id: string): boolean => {
    const phase = operations.get(id)?.phase;
    return skipped.has(id) || (phase !== undefined && lostPhases.has(phase));
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const { operation_id: id, depends_on } of plan.operations) {
      const state = operations.get(id);
      if (state === undefined || skipped.has(id) || !skippablePhases.has(state.phase)) continue;
      const cause = depends_on.find(lost);
      const reason = skipReason(run, state, cause);
      if (reason === undefined) continue;
      skipped.set(id, reason);
      changed = true;
    }
  }
  return skipped;
}

const lostPhases: ReadonlySet<string> = new Set(['failed', 'refused', 'uncertain', 'advised', 'skipped']);
/** A started operation is never skipped: its effect may have happened. */
const skippablePhases: ReadonlySet<string> = new Set(['planned', 'authorized', 'expired', 'revoked']);

function skipReason(run: RunState, state: OperationState, cause: string | undefined): Reason | undefined {
  // In the operator's own words.
  if (state.phase === 'revoked' && state.revoked !== undefined) return state.revoked.data.reason;
  if (run.cancelRequested !== undefined) {
    return {
      code: 'cancelled',
      message: `The run was cancelled: ${run.cancelRequested.data.reason}`.slice(0, 1_000),
      remedy: 'Submit the plan again under a new idempotency key.',
    };
  }
  if (state.phase === 'expired') {
    return {
      code: 'receipt_expired',
      message: 'Its receipt expired before it was used.',
      remedy: 'Submit the plan again under a new idempotency key.',
    };
  }
  if (cause === undefined) return undefined;
  return {
    code: 'dependency_failed',
    message: `It depends on ${cause}, which did not succeed.`,
    remedy: `See why ${cause} did not succeed, then try both again: marketops redrive.`,
  };
}

/** What to enqueue: releases always; on a sweep also everything that ought to be on its way. */
function jobsFor(
  view: RunView,
  plan: PublicationPlan,
  after: ReadonlyMap<string, OperationState>,
  nowMs: number,
): JobSpec[] {
  const { runId, run, sweep } = view;
  // BullMQ ignores a job whose id it still knows, a failed one included: a swept job gets an id of its own.
  const again = sweep ? `.s${nowMs}` : '';
  const jobs: JobSpec[] = [];
  for (const { operation_id: id, depends_on, repository } of plan.operations) {
    const state = after.get(id);
    if (state === undefined) continue;
    const free = depends_on.every((dependency) => after.get(dependency)?.phase === 'succeeded');
    const released =
      state.phase === 'planned' && free && run.mode === 'prod' && (depends_on.length > 0 || sweep);
    if (released || (sweep && state.phase === 'blocked')) {
      // Its first release may still lie in a queue, or among the failed.
      const redriven = state.redrives === 0 ? '' : `.r${state.redrives}`;
      jobs.push(authorizationJob(runId, `${id}${redriven}${again}`, [id]));
    } else if (sweep && (state.phase === 'authorized' || state.phase === 'started')) {
      const job = publishAgain(state, repository, again);
      if (job !== undefined) jobs.push(job);
    }
  }
  return jobs;
}

function publishAgain(state: OperationState, repository: string, again: string): JobSpec | undefined {
  const receipt = state.issued?.data.receipt;
  const account = repository.split('/')[0];
  if (receipt === undefined || account === undefined) return undefined;
  return { ...publicationJob(account, receipt), jobId: `${receipt.receipt_id}${again}` };
}

/** A request that was recorded but never planned: its principal's queue gets it again. */
function planAgain({ runId, run, request }: RunView, nowMs: number): JobSpec[] {
  const requested = run.requested?.data;
  if (requested === undefined) return [];
  const data = againOf(run, requested, request);
  if (data === null) return [];
  return [
    {
      queue: queueNames.plans(requested.principal),
      name: jobNames.planRequested,
      jobId: `${runId}.s${nowMs}`,
      data,
    },
  ];
}

/** A sealed request goes back as it stands: in a queue it would be open. */
function againOf(
  run: RunState,
  { request: contained, idempotency_key }: EventOf<'plan.requested'>['data'],
  request: PlanRequest | null,
): JobSpec['data'] | null {
  if ('sealed' in contained)
    return { tenant_id: run.tenantId, mode: run.mode, idempotency_key, sealed: contained.sealed };
  return request === null ? null : { ...request, idempotency_key };
}

import {
  type InputError,
  type PlanRequest,
  type Reason,
  type RunState,
  runStream,
  standingOf,
} from '@marketops/contracts';
import { type Decision, runJob } from '@marketops/engine/deciding';
import { type CryptoPort, canonicalJson } from '@marketops/proof';
import type { AppendContext } from '@marketops/store';
import { authorizationJobs } from './authorization-jobs.js';
import type { PlanTrigger } from './request.js';
import type { Planned } from './stages/5-plan.js';
import { containing, type Durable, requestedDraft, seal } from './stages/7-seal.js';
import type { Facts } from './stages/facts.js';
import { requestSubject } from './stages/sealing.js';

const contextOf = (trigger: PlanTrigger): AppendContext => ({
  tenantId: trigger.tenantId,
  runId: trigger.runId,
  mode: trigger.mode,
  causationId: `plans:${trigger.idempotencyKey}`.slice(0, 200),
  correlationId: trigger.runId,
});

/** The plan, and whom it goes to next. Pure. */
export function decidePlan(
  crypto: CryptoPort,
  state: RunState,
  trigger: PlanTrigger,
  gathered: {
    readonly facts: Facts;
    readonly planned: Planned;
    readonly blocked: ReadonlyMap<string, Reason>;
  },
  deadlineMs: number,
): Decision {
  const { request } = trigger;
  if ('rejected' in request) return decideRejected(state, trigger, request.rejected);
  const sealed = seal(crypto, {
    identity: trigger,
    idempotencyKey: trigger.idempotencyKey,
    request,
    ...gathered,
    runSeq: state.lastSeq,
    runLastId: state.lastId,
  });
  const { operations } = gathered.planned.plan;
  const ready = operations.filter((operation) =>
    trigger.mode === 'prod' ? operation.would_ship && operation.depends_on.length === 0 : true,
  );
  return {
    context: contextOf(trigger),
    streams: sealed.streams,
    blobs: sealed.blobs,
    sealed: sealed.sealed,
    jobs: [
      ...authorizationJobs(
        trigger.runId,
        'planned',
        ready.map((operation) => operation.operation_id),
      ),
      // Nothing may ship, or a cancel came while planning had to wait: the run can end now.
      ...(ready.length === 0 || state.cancelRequested !== undefined ? [runJob(trigger.runId)] : []),
    ],
    deadline: { runId: trigger.runId, atMs: deadlineMs },
  };
}

/** The request alone: recorded when planning has to wait. */
export function decideRequested(
  crypto: CryptoPort,
  trigger: PlanTrigger,
  request: PlanRequest,
  deadlineMs: number,
): Decision {
  const durable: Durable = { blobs: [], sealed: [] };
  const contain = containing(crypto, durable, trigger.sealing);
  const contained = contain(requestSubject(trigger), request, canonicalJson(request));
  const event = requestedDraft(trigger, trigger.idempotencyKey, contained);
  return {
    context: contextOf(trigger),
    streams: [{ stream: runStream(trigger.runId), afterSeq: 0, events: [event] }],
    ...durable,
    jobs: [],
    deadline: { runId: trigger.runId, atMs: deadlineMs },
  };
}

/** A request that cannot be planned is an event like any other: mistakes cannot be hidden. */
export function decideRejected(state: RunState, trigger: PlanTrigger, rejected: InputError): Decision {
  const faults = rejected.faults.length > 0 ? rejected.faults : [{ path: '', message: rejected.message }];
  return {
    context: contextOf(trigger),
    streams: [
      {
        stream: runStream(trigger.runId),
        ...standingOf(state),
        events: [
          {
            type: 'plan.rejected',
            data: {
              code: rejected.code,
              faults: faults.slice(0, 20).map(({ path, message }) => ({
                path: path.slice(0, 300).toWellFormed(),
                // What is wrong may quote what was asked for.
                message: trigger.sealed
                  ? 'withheld: the run is sealed'
                  : message.slice(0, 1_000).toWellFormed(),
              })),
            },
          },
        ],
      },
    ],
    jobs: [],
    deadline: { runId: trigger.runId, atMs: null },
  };
}

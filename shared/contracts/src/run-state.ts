import type { Mode } from './mode.js';
import type { EventOf, MarketOpsEvent } from './vocabulary.js';

/**
 * A run as the fold of `run/<run_id>`:
 *
 *     (none) ── plan.requested ──▶ requested ── plan.generated ──▶ planned ── run.completed ──▶ completed
 *                                      └────── plan.rejected ──▶ rejected
 *
 * A cancel may be requested from `requested` and `planned`; the run still ends with `run.completed`. `run.redriven` leads from
 * `completed` back to `planned`, and the run ends again.
 */
export interface RunState {
  readonly status: 'none' | 'requested' | 'planned' | 'rejected' | 'completed';
  readonly lastSeq: number;
  /** Of the event at `lastSeq`. */
  readonly lastId?: string | undefined;
  readonly tenantId: string;
  readonly mode: Mode;
  readonly requested?: EventOf<'plan.requested'> | undefined;
  readonly planned?: EventOf<'plan.generated'> | undefined;
  readonly rejected?: EventOf<'plan.rejected'> | undefined;
  readonly cancelRequested?: EventOf<'run.cancel_requested'> | undefined;
  readonly approvalRequests: readonly EventOf<'approval.requested'>[];
  /** What approvers have said, in order. Whether a word counts is federation's to say, at the mint. */
  readonly approvals: readonly EventOf<'approval.granted' | 'approval.denied' | 'approval.withdrawn'>[];
  readonly evidence: readonly EventOf<'evidence.recorded'>[];
  readonly stalls: number;
  /** When silence was last noticed. */
  readonly stalledAt?: string | undefined;
  readonly completed?: EventOf<'run.completed'> | undefined;
  /** The order that opened the ended run last: what it may have redriven is the planner's to say. */
  readonly redriven?: EventOf<'run.redriven'> | undefined;
  /** Every order to redrive that stands here, whether it opened anything or not: each is good for one. */
  readonly redriveOrders: readonly EventOf<'run.redriven'>[];
}

/** With every field there is, as `initialOperation`. */
export const initialRun: RunState = {
  status: 'none',
  lastSeq: 0,
  lastId: undefined,
  tenantId: '',
  mode: 'dry_run',
  requested: undefined,
  planned: undefined,
  rejected: undefined,
  cancelRequested: undefined,
  approvalRequests: [],
  approvals: [],
  evidence: [],
  stalls: 0,
  stalledAt: undefined,
  completed: undefined,
  redriven: undefined,
  redriveOrders: [],
};

/** A copy that is being written. */
type Draft = { -readonly [Field in keyof RunState]: RunState[Field] };

export const evolveRun = (state: RunState, event: MarketOpsEvent): RunState => apply({ ...state }, event);

/** Writes the event into `next`, which is the caller's own. */
function apply(next: Draft, event: MarketOpsEvent): Draft {
  next.lastSeq = event.seq;
  next.lastId = event.id;
  switch (event.type) {
    case 'plan.requested':
      next.status = 'requested';
      next.tenantId = event.tenant_id ?? '';
      next.mode = event.mode ?? 'dry_run';
      next.requested = event;
      return next;
    case 'plan.generated':
      next.status = 'planned';
      next.planned = event;
      return next;
    case 'plan.rejected':
      next.status = 'rejected';
      next.rejected = event;
      // A request that could not be read stands in no event: then this one says whose run it was.
      if (next.requested !== undefined) return next;
      next.tenantId = event.tenant_id ?? '';
      next.mode = event.mode ?? 'dry_run';
      return next;
    case 'approval.requested':
      next.approvalRequests = [...next.approvalRequests, event];
      return next;
    case 'approval.granted':
    case 'approval.denied':
    case 'approval.withdrawn':
      next.approvals = [...next.approvals, event];
      return next;
    case 'evidence.recorded':
      next.evidence = [...next.evidence, event];
      return next;
    case 'run.cancel_requested':
      next.cancelRequested = event;
      return next;
    case 'run.redriven':
      next.redriveOrders = [...next.redriveOrders, event];
      return openAgain(next, event);
    case 'run.stalled':
      next.stalls += 1;
      next.stalledAt = event.time;
      return next;
    case 'run.completed':
      next.status = 'completed';
      next.completed = event;
      return next;
    default:
      return next;
  }
}

/** Only what has ended is opened again. Who was asked for approval before is asked anew, if need be. */
function openAgain(next: Draft, redriven: EventOf<'run.redriven'>): Draft {
  if (next.status !== 'completed') return next;
  next.completed = undefined;
  next.status = 'planned';
  next.approvalRequests = [];
  next.redriven = redriven;
  return next;
}

export const foldRun = (events: readonly MarketOpsEvent[]): RunState =>
  events.reduce(apply, { ...initialRun });

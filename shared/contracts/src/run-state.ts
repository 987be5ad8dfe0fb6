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
  readonly tenantId: string;
  readonly mode: Mode;
  readonly requested?: EventOf<'plan.requested'>;
  readonly planned?: EventOf<'plan.generated'>;
  readonly rejected?: EventOf<'plan.rejected'>;
  readonly cancelRequested?: EventOf<'run.cancel_requested'>;
  readonly approvalRequests: readonly EventOf<'approval.requested'>[];
  /** What approvers have said, in order. Whether a word counts is federation's to say, at the mint. */
  readonly approvals: readonly EventOf<'approval.granted' | 'approval.denied' | 'approval.withdrawn'>[];
  readonly evidence: readonly EventOf<'evidence.recorded'>[];
  readonly stalls: number;
  /** When silence was last noticed. */
  readonly stalledAt?: string;
  readonly completed?: EventOf<'run.completed'>;
  /** The order that opened the ended run last: what it may have redriven is the planner's to say. */
  readonly redriven?: EventOf<'run.redriven'>;
  /** Every order to redrive that stands here, whether it opened anything or not: each is good for one. */
  readonly redriveOrders: readonly EventOf<'run.redriven'>[];
}

export const initialRun: RunState = {
  status: 'none',
  lastSeq: 0,
  tenantId: '',
  mode: 'dry_run',
  approvalRequests: [],
  approvals: [],
  evidence: [],
  stalls: 0,
  redriveOrders: [],
};

export function evolveRun(state: RunState, event: MarketOpsEvent): RunState {
  const next = { ...state, lastSeq: event.seq };
  switch (event.type) {
    case 'plan.requested':
      return {
        ...next,
        status: 'requested',
        tenantId: event.tenant_id ?? '',
        mode: event.mode ?? 'dry_run',
        requested: event,
      };
    case 'plan.generated':
      return { ...next, status: 'planned', planned: event };
    case 'plan.rejected':
      // A request that could not be read stands in no event: then this one says whose run it was.
      return {
        ...next,
        status: 'rejected',
        ...(state.requested === undefined
          ? { tenantId: event.tenant_id ?? '', mode: event.mode ?? 'dry_run' }
          : {}),
        rejected: event,
      };
    case 'approval.requested':
      return { ...next, approvalRequests: [...state.approvalRequests, event] };
    case 'approval.granted':
    case 'approval.denied':
    case 'approval.withdrawn':
      return { ...next, approvals: [...state.approvals, event] };
    case 'evidence.recorded':
      return { ...next, evidence: [...state.evidence, event] };
    case 'run.cancel_requested':
      return { ...next, cancelRequested: event };
    case 'run.redriven':
      return openAgain({ ...next, redriveOrders: [...state.redriveOrders, event] }, event);
    case 'run.stalled':
      return { ...next, stalls: state.stalls + 1, stalledAt: event.time };
    case 'run.completed':
      return { ...next, status: 'completed', completed: event };
    default:
      return next;
  }
}

/** Only what has ended is opened again. Who was asked for approval before is asked anew, if need be. */
function openAgain(state: RunState, redriven: EventOf<'run.redriven'>): RunState {
  if (state.status !== 'completed') return state;
  const { completed: _, ...open } = state;
  return { ...open, status: 'planned', approvalRequests: [], redriven };
}

export const foldRun = (events: readonly MarketOpsEvent[]): RunState => events.reduce(evolveRun, initialRun);

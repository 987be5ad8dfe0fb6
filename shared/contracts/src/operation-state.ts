import type { Receipt } from './receipt.js';
import type { EventOf, MarketOpsEvent } from './vocabulary.js';

/**
 * An operation as the fold of `op/<run_id>/<operation_id>`:
 *
 *     planned ─▶ authorized (with its receipt) ─▶ started ─▶ succeeded | failed | uncertain ─▶ reconciled (succeeded | failed)
 *        │            │                              │  ▲
 *        │            ▼                              └──┘ resumed (same execution)
 *        │       expired ─▶ authorized (renewed) | skipped;  revoked ─▶ skipped
 *        ├─▶ blocked (dry run) ─▶ advised
 *        ├─▶ advised (policy said no)
 *        └─▶ skipped (dependency failed, cancelled, prerequisite missing)
 *     failed | refused | advised | skipped ─▶ redriven: planned again, with everything to be authorized anew
 *     planned ─▶ redriven: the same, where a run ended over it
 *
 * A receipt is consumed by the start, in the same event (law R3), and nothing undoes that.
 */
export type OperationPhase =
  | 'none'
  | 'planned'
  | 'authorized'
  | 'expired'
  | 'revoked'
  | 'started'
  | 'succeeded'
  | 'failed'
  | 'refused'
  | 'uncertain'
  | 'blocked'
  | 'advised'
  | 'skipped';

/** Whose the operation is, and until when. */
export interface Lease {
  readonly executionId: string;
  readonly until: string;
  /** The start or the resumption that made it. */
  readonly seq: number;
  readonly eventId: string;
}

export interface OperationState {
  readonly phase: OperationPhase;
  readonly lastSeq: number;
  /** Of the event at `lastSeq`. */
  readonly lastId?: string | undefined;
  readonly planned?: EventOf<'operation.planned'> | undefined;
  readonly blocked?: EventOf<'operation.blocked'> | undefined;
  readonly advised?: EventOf<'receipt.advised'> | undefined;
  readonly authorized?: EventOf<'operation.authorized'> | undefined;
  /** The issuance of the one live or consumed receipt (law R3: at most one live). */
  readonly issued?: EventOf<'receipt.issued'> | undefined;
  /** Every receipt ever issued here, in order; the last may be live. */
  readonly receipts: readonly Receipt[];
  readonly revoked?: EventOf<'receipt.revoked'> | undefined;
  readonly started?: EventOf<'operation.started'> | undefined;
  /** The lease in force: of the start or of the last resumption. */
  readonly lease?: Lease | undefined;
  readonly attempts: number;
  readonly retries: number;
  /** `<check> <reason code>` of every hold recorded, so that each is said once. */
  readonly holds: readonly string[];
  readonly outcome?:
    | EventOf<'operation.succeeded' | 'operation.failed' | 'operation.refused' | 'operation.uncertain'>
    | undefined;
  readonly skipped?: EventOf<'operation.skipped'> | undefined;
  /** The newest order to find out what became of it. */
  readonly reconcileRequested?: EventOf<'reconcile.requested'> | undefined;
  readonly reconciled?: EventOf<'operation.reconciled'> | undefined;
  /** The newest redrive; the receipts of before it never count again. */
  readonly redriven?: EventOf<'operation.redriven'> | undefined;
  readonly redrives: number;
  /** Of every redrive said here, whether it opened anything or not, the order: each is good for one. */
  readonly redriveCommandIds: readonly string[];
  /** What differs at GitHub from what was made; absent where nothing does. */
  readonly drifted?: EventOf<'effect.drifted'> | undefined;
}

/** With every field there is: an object that gains them one by one is what makes a fold slow, forty times over. */
export const initialOperation: OperationState = {
  phase: 'none',
  lastSeq: 0,
  lastId: undefined,
  planned: undefined,
  blocked: undefined,
  advised: undefined,
  authorized: undefined,
  issued: undefined,
  receipts: [],
  revoked: undefined,
  started: undefined,
  lease: undefined,
  attempts: 0,
  retries: 0,
  holds: [],
  outcome: undefined,
  skipped: undefined,
  reconcileRequested: undefined,
  reconciled: undefined,
  redriven: undefined,
  redrives: 0,
  redriveCommandIds: [],
  drifted: undefined,
};

/** A copy that is being written. */
type Draft = { -readonly [Field in keyof OperationState]: OperationState[Field] };

export const evolveOperation = (state: OperationState, event: MarketOpsEvent): OperationState =>
  apply({ ...state }, event);

/** Writes the event into `next`, which is the caller's own: copies were most of what a fold cost. */
function apply(next: Draft, event: MarketOpsEvent): Draft {
  next.lastSeq = event.seq;
  next.lastId = event.id;
  switch (event.type) {
    case 'operation.planned':
      next.phase = 'planned';
      next.planned = event;
      return next;
    case 'operation.blocked':
      next.phase = 'blocked';
      next.blocked = event;
      return next;
    case 'operation.authorized':
      next.authorized = event;
      return next;
    case 'receipt.issued':
      next.phase = 'authorized';
      next.issued = event;
      next.receipts = [...next.receipts, event.data.receipt];
      return next;
    case 'receipt.expired':
      next.phase = 'expired';
      return next;
    case 'receipt.revoked':
      next.phase = 'revoked';
      next.revoked = event;
      return next;
    case 'receipt.advised':
      next.phase = 'advised';
      next.advised = event;
      return next;
    case 'operation.started':
    case 'operation.resumed':
      next.phase = 'started';
      if (event.type === 'operation.started') next.started = event;
      next.lease = leaseOf(event);
      next.attempts += 1;
      return next;
    case 'operation.retried':
      next.retries += 1;
      // The attempt is known to have ended, so the next one need not wait for the lease to run out.
      if (next.lease !== undefined) next.lease = { ...next.lease, until: event.time };
      return next;
    case 'operation.held':
      next.holds = [...next.holds, holdKey(event.data.check, event.data.reason.code)];
      return next;
    case 'operation.succeeded':
      return ended(next, 'succeeded', event);
    case 'operation.failed':
      return ended(next, 'failed', event);
    case 'operation.refused':
      return ended(next, 'refused', event);
    case 'operation.uncertain':
      return ended(next, 'uncertain', event);
    case 'operation.skipped':
      next.phase = 'skipped';
      next.skipped = event;
      return next;
    case 'reconcile.requested':
      next.reconcileRequested = event;
      return next;
    case 'operation.reconciled':
      next.phase = event.data.found === 'effect' ? 'succeeded' : 'failed';
      next.reconciled = event;
      return next;
    case 'operation.redriven':
      // Whoever says it: what succeeded, is under way or may have happened is never open again (law X2).
      next.redriveCommandIds = [...next.redriveCommandIds, event.data.command_id];
      return openAgain(next, event);
    case 'effect.drifted':
      next.drifted = event;
      return next;
    case 'effect.restored':
      next.drifted = undefined;
      return next;
    default:
      return next;
  }
}

function ended(next: Draft, phase: OperationPhase, outcome: NonNullable<OperationState['outcome']>): Draft {
  next.phase = phase;
  next.outcome = outcome;
  return next;
}

/** As it was planned: authorization, execution and outcome of before are history, and their receipts stay known as such. */
function openAgain(state: Draft, event: EventOf<'operation.redriven'>): Draft {
  if (!redrivablePhases.has(state.phase)) return state;
  const { lastSeq, lastId, planned, receipts, redrives, redriveCommandIds } = state;
  return {
    ...initialOperation,
    lastSeq,
    lastId,
    receipts,
    redrives: redrives + 1,
    redriveCommandIds,
    redriven: event,
    phase: 'planned',
    planned,
  };
}

const leaseOf = ({ id, seq, data }: EventOf<'operation.started' | 'operation.resumed'>): Lease => ({
  executionId: data.execution_id,
  until: data.lease_until,
  seq,
  eventId: id,
});

export const holdKey = (check: string, reasonCode: string): string => `${check} ${reasonCode}`;

export const foldOperation = (events: readonly MarketOpsEvent[]): OperationState =>
  events.reduce(apply, { ...initialOperation });

/**
 * It did not happen, and in a run that has ended nothing more will happen by itself: a redrive may open it again. `planned` is
 * what a run leaves behind that ended while it was being redriven.
 */
export const redrivablePhases: ReadonlySet<OperationPhase> = new Set([
  'planned',
  'failed',
  'refused',
  'advised',
  'skipped',
]);

const terminalPhases: ReadonlySet<OperationPhase> = new Set([
  'succeeded',
  'failed',
  'refused',
  'uncertain',
  'advised',
  'skipped',
]);
/** Nothing more will happen to it by itself. A blocked operation still awaits its advisory. */
export const isTerminal = (state: OperationState): boolean => terminalPhases.has(state.phase);

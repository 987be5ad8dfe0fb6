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

export interface OperationState {
  readonly phase: OperationPhase;
  readonly lastSeq: number;
  readonly planned?: EventOf<'operation.planned'>;
  readonly blocked?: EventOf<'operation.blocked'>;
  readonly advised?: EventOf<'receipt.advised'>;
  readonly authorized?: EventOf<'operation.authorized'>;
  /** The issuance of the one live or consumed receipt (law R3: at most one live). */
  readonly issued?: EventOf<'receipt.issued'>;
  /** Every receipt ever issued here, in order; the last may be live. */
  readonly receipts: readonly Receipt[];
  readonly revoked?: EventOf<'receipt.revoked'>;
  readonly started?: EventOf<'operation.started'>;
  /** The lease in force: of the start or of the last resumption. */
  readonly lease?: { readonly executionId: string; readonly until: string; readonly seq: number };
  readonly attempts: number;
  readonly retries: number;
  /** `<check> <reason code>` of every hold recorded, so that each is said once. */
  readonly holds: readonly string[];
  readonly outcome?: EventOf<
    'operation.succeeded' | 'operation.failed' | 'operation.refused' | 'operation.uncertain'
  >;
  readonly skipped?: EventOf<'operation.skipped'>;
  /** The newest order to find out what became of it. */
  readonly reconcileRequested?: EventOf<'reconcile.requested'>;
  readonly reconciled?: EventOf<'operation.reconciled'>;
  /** The newest redrive; the receipts of before it never count again. */
  readonly redriven?: EventOf<'operation.redriven'>;
  readonly redrives: number;
  /** Of every redrive said here, whether it opened anything or not, the order: each is good for one. */
  readonly redriveCommandIds: readonly string[];
  /** What differs at GitHub from what was made; absent where nothing does. */
  readonly drifted?: EventOf<'effect.drifted'>;
}

export const initialOperation: OperationState = {
  phase: 'none',
  lastSeq: 0,
  receipts: [],
  attempts: 0,
  retries: 0,
  holds: [],
  redrives: 0,
  redriveCommandIds: [],
};

export function evolveOperation(state: OperationState, event: MarketOpsEvent): OperationState {
  const next = { ...state, lastSeq: event.seq };
  switch (event.type) {
    case 'operation.planned':
      return { ...next, phase: 'planned', planned: event };
    case 'operation.blocked':
      return { ...next, phase: 'blocked', blocked: event };
    case 'operation.authorized':
      return { ...next, authorized: event };
    case 'receipt.issued':
      return {
        ...next,
        phase: 'authorized',
        issued: event,
        receipts: [...state.receipts, event.data.receipt],
      };
    case 'receipt.expired':
      return { ...next, phase: 'expired' };
    case 'receipt.revoked':
      return { ...next, phase: 'revoked', revoked: event };
    case 'receipt.advised':
      return { ...next, phase: 'advised', advised: event };
    case 'operation.started':
    case 'operation.resumed':
      return {
        ...next,
        phase: 'started',
        ...(event.type === 'operation.started' ? { started: event } : {}),
        lease: { executionId: event.data.execution_id, until: event.data.lease_until, seq: event.seq },
        attempts: state.attempts + 1,
      };
    case 'operation.retried':
      // The attempt is known to have ended, so the next one need not wait for the lease to run out.
      return {
        ...next,
        retries: state.retries + 1,
        ...(state.lease === undefined ? {} : { lease: { ...state.lease, until: event.time } }),
      };
    case 'operation.held':
      return { ...next, holds: [...state.holds, holdKey(event.data.check, event.data.reason.code)] };
    case 'operation.succeeded':
      return { ...next, phase: 'succeeded', outcome: event };
    case 'operation.failed':
      return { ...next, phase: 'failed', outcome: event };
    case 'operation.refused':
      return { ...next, phase: 'refused', outcome: event };
    case 'operation.uncertain':
      return { ...next, phase: 'uncertain', outcome: event };
    case 'operation.skipped':
      return { ...next, phase: 'skipped', skipped: event };
    case 'reconcile.requested':
      return { ...next, reconcileRequested: event };
    case 'operation.reconciled':
      return {
        ...next,
        phase: event.data.found === 'effect' ? 'succeeded' : 'failed',
        reconciled: event,
      };
    case 'operation.redriven':
      // Whoever says it: what succeeded, is under way or may have happened is never open again (law X2).
      return openAgain(
        { ...next, redriveCommandIds: [...state.redriveCommandIds, event.data.command_id] },
        event,
      );
    case 'effect.drifted':
      return { ...next, drifted: event };
    case 'effect.restored': {
      const { drifted: _, ...restored } = next;
      return restored;
    }
    default:
      return next;
  }
}

/** As it was planned: authorization, execution and outcome of before are history, and their receipts stay known as such. */
function openAgain(state: OperationState, event: EventOf<'operation.redriven'>): OperationState {
  if (!redrivablePhases.has(state.phase)) return state;
  const { lastSeq, planned, receipts, redrives, redriveCommandIds } = state;
  return {
    ...initialOperation,
    lastSeq,
    receipts,
    redrives: redrives + 1,
    redriveCommandIds,
    redriven: event,
    phase: 'planned',
    ...(planned === undefined ? {} : { planned }),
  };
}

export const holdKey = (check: string, reasonCode: string): string => `${check} ${reasonCode}`;

export const foldOperation = (events: readonly MarketOpsEvent[]): OperationState =>
  events.reduce(evolveOperation, initialOperation);

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

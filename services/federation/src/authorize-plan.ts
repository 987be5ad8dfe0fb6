import type {
  AuthorizationHint,
  OperationState,
  PlannedOperation,
  Reason,
  Receipt,
} from '@marketops/contracts';
import { type Engine, queueNames } from '@marketops/engine';
import { StoreError } from '@marketops/store';
import { authorizationHandler, type LiveAuthorizer } from './authorization-handler.js';
import { reason } from './deciding/reason.js';
import { requestFor } from './deciding/requests.js';
import { FederationError } from './errors.js';
import { loadRun } from './load.js';

interface Unauthorized {
  readonly operationId: string;
  readonly reasons: readonly Reason[];
}

/** What stands about a plan's operations after federation has looked at them. Each operation is in exactly one of three. */
export interface PlanAuthorization {
  readonly runId: string;
  /** By operation id: the live or the consumed receipt. */
  readonly receipts: Readonly<Record<string, Receipt>>;
  /** These will not ship in this run. */
  readonly blockedOperations: readonly Unauthorized[];
  /** These have no answer yet: they wait for another operation, for people, or for a scope to be unfrozen. */
  readonly waitingOperations: readonly Unauthorized[];
  /** Every operation has its receipt. */
  readonly executionReady: boolean;
}

/**
 * Authorizes a run's plan as a job in `{authorizations}` would: by the same decider, with the same events and the publisher
 * woken for each receipt.
 * @throws FederationError `plan_missing`; StoreError `partition_closed`, `stream_suspect` (hold)
 */
export async function authorizePublicationPlan(
  engine: Engine,
  authorizer: LiveAuthorizer,
  runId: string,
): Promise<PlanAuthorization> {
  const frozen = await look(engine, authorizer, { run_id: runId });
  const view = await loadRun(engine, { run_id: runId });
  if (view === null) throw planMissing(runId);
  const receipts: Record<string, Receipt> = {};
  const blocked: Unauthorized[] = [];
  const waiting: Unauthorized[] = [];
  for (const item of view.plan.operations) {
    const operationId = item.operation_id;
    const state = view.states.get(operationId);
    if (state === undefined) continue;
    const receipt = receiptOf(state);
    const reasons = blockedBecause(state);
    if (receipt !== undefined) receipts[operationId] = receipt;
    else if (reasons !== undefined) blocked.push({ operationId, reasons });
    else waiting.push({ operationId, reasons: [waitsBecause(item, view, frozen)] });
  }
  return {
    runId,
    receipts,
    blockedOperations: blocked,
    waitingOperations: waiting,
    executionReady: blocked.length === 0 && waiting.length === 0,
  };
}

/**
 * The same for one operation.
 * @returns its receipt, or why it has none (yet)
 */
export async function authorizeAndIssueReceipt(
  engine: Engine,
  authorizer: LiveAuthorizer,
  runId: string,
  operationId: string,
): Promise<{ readonly receipt: Receipt } | { readonly receipt: null; readonly reasons: readonly Reason[] }> {
  const frozen = await look(engine, authorizer, { run_id: runId, operation_ids: [operationId] });
  const view = await loadRun(engine, { run_id: runId, operation_ids: [operationId] });
  const item = view?.plan.operations.find(({ operation_id }) => operation_id === operationId);
  const state = view?.states.get(operationId);
  if (view === null || item === undefined || state === undefined) throw planMissing(runId);
  const receipt = receiptOf(state);
  if (receipt !== undefined) return { receipt };
  return { receipt: null, reasons: blockedBecause(state) ?? [waitsBecause(item, view, frozen)] };
}

/** @returns why a part had to wait for an unfreeze; null where nothing had */
async function look(
  engine: Engine,
  authorizer: LiveAuthorizer,
  data: AuthorizationHint,
): Promise<StoreError | null> {
  const nowMs = engine.clock.nowMs();
  try {
    await authorizationHandler(
      engine,
      authorizer,
    )({
      ...{ id: `${data.run_id}.${nowMs}`, name: 'authorize', queue: queueNames.authorizations, data },
      ...{ addedAtMs: nowMs, attempt: 1, lastAttempt: true, signal: new AbortController().signal },
    });
    return null;
  } catch (fault) {
    if (fault instanceof StoreError && fault.code === 'frozen') return fault;
    throw fault;
  }
}

/** The live receipt, or the one it was started with. */
const receiptOf = ({ phase, started, issued }: OperationState): Receipt | undefined =>
  phase === 'authorized' || started !== undefined ? issued?.data.receipt : undefined;

/** Undefined where it may still get a receipt. */
function blockedBecause(state: OperationState): readonly Reason[] | undefined {
  switch (state.phase) {
    case 'advised':
      return state.advised?.data.advisory.reasons ?? [];
    case 'skipped':
      return state.skipped === undefined ? [] : [state.skipped.data.reason];
    case 'revoked':
      return state.revoked === undefined ? [] : [state.revoked.data.reason];
    case 'expired':
      return [
        reason(
          'receipt_expired',
          'Its receipt expired unused, and its authorization has ended.',
          'Submit the plan again under a new idempotency key.',
        ),
      ];
    case 'refused':
      return state.outcome?.type === 'operation.refused' ? [state.outcome.data.reason] : [];
    default:
      return undefined;
  }
}

function waitsBecause(
  item: PlannedOperation,
  { run, states }: NonNullable<Awaited<ReturnType<typeof loadRun>>>,
  frozen: StoreError | null,
): Reason {
  const dependency = item.depends_on.find((id) => states.get(id)?.phase !== 'succeeded');
  if (dependency !== undefined) {
    return reason('dependency_pending', `It waits for ${dependency}.`, 'Nothing: it is authorized then.');
  }
  const request = requestFor(run, item.operation_id);
  if (request !== undefined) {
    return reason(
      'approval_pending',
      `Approval or evidence is waited for until ${request.data.expires_at}.`,
      'Have it approved (marketops approve).',
    );
  }
  return frozen === null
    ? reason('not_answered', 'It has no answer: its run is being cancelled.', 'See marketops show.')
    : reason('frozen', frozen.message, 'Wait until it is unfrozen.');
}

const planMissing = (runId: string): FederationError =>
  new FederationError('plan_missing', `${runId} has no such plan or operation to authorize`, {
    next: 'See marketops runs; a run that has ended is not authorized again.',
  });

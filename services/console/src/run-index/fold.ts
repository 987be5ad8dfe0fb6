import {
  type EventOf,
  type MarketOpsEvent,
  type PublicationPlan,
  partitionKey,
  redrivablePhases,
  repositoryFullName,
} from '@marketops/contracts';
import type { ListedOperation, ListedPhase, ListedRun } from './listed-run.js';
import type { RunFlag } from './run-row.js';
import { addWords } from './words.js';

/** What the fold may look at beside the event. */
export interface FoldFacts {
  /** The plan that a `plan.generated` names instead of holding it; undefined where it cannot be read, or is sealed. */
  readonly plan?: PublicationPlan | undefined;
}

/** The run that an event is about; undefined where it is about none. On `system` those that are said of a run. */
export function runIdOf(event: MarketOpsEvent): string | undefined {
  if (event.run_id !== null) return event.run_id;
  if (event.type === 'blob.erased') return event.data.run_id;
  return event.type === 'gate.refused' ? (event.data.claimed_run_id ?? undefined) : undefined;
}

/** Of the receipt that an event issues. */
export const receiptIdOf = (event: MarketOpsEvent): string | undefined =>
  event.type === 'receipt.issued' ? event.data.receipt.receipt_id : undefined;

/** A run at its first event. What is on `system` begins none: it may name a run that never was. */
export function beginRun(event: MarketOpsEvent, sequence: number): ListedRun | undefined {
  if (event.run_id === null) return undefined;
  const run: ListedRun = {
    runId: event.run_id,
    firstSequence: sequence,
    lastSequence: sequence,
    ...{ tenantId: event.tenant_id ?? '', principal: null, idempotencyKey: null },
    mode: event.mode ?? 'dry_run',
    ...{ createdAt: event.time, updatedAt: event.time },
    ...{ planned: false, wouldShip: 0, wouldNotShip: 0, rejected: null, ended: null },
    ...{ flags: new Set(), repositories: new Set(), kinds: new Set(), operations: new Map(), text: '' },
  };
  addWords(run, event.run_id);
  return run;
}

/** Writes one event into the run, which is the caller's own. Every event of a run's streams and of `runIdOf`, in the ledger's order. */
export function foldInto(
  run: ListedRun,
  event: MarketOpsEvent,
  sequence: number,
  facts: FoldFacts = {},
): void {
  run.lastSequence = sequence;
  if (event.time > run.updatedAt) run.updatedAt = event.time;
  if (event.stream.startsWith('op/')) foldOperation(run, event);
  else foldRun(run, event, facts);
}

function foldRun(run: ListedRun, event: MarketOpsEvent, facts: FoldFacts): void {
  switch (event.type) {
    case 'plan.requested':
      requested(run, event);
      return;
    case 'plan.generated':
      generated(run, event, facts.plan);
      return;
    case 'plan.rejected':
      run.rejected = event.data.code;
      return;
    case 'approval.requested':
      awaitApproval(run, event);
      return;
    case 'run.cancel_requested':
      run.flags.add('cancel_requested');
      return;
    case 'run.stalled':
      run.flags.add('stalled');
      return;
    case 'run.redriven':
      run.flags.add('redriven');
      openAgain(run);
      return;
    case 'run.completed':
      run.ended = event.data.status;
      run.flags.delete('stalled');
      run.flags.delete('held');
      return;
    case 'gate.refused':
      run.flags.add('claimed');
      return;
    case 'blob.erased':
      run.flags.add('erased');
      return;
    default:
      return;
  }
}

function awaitApproval(run: ListedRun, { data }: EventOf<'approval.requested'>): void {
  for (const id of data.operation_ids) {
    const operation = run.operations.get(id);
    if (operation?.phase !== 'planned') continue;
    operation.phase = 'awaiting_approval';
    operation.why = data.reasons[0]?.code ?? null;
  }
}

/** Only what has ended is opened again; operations open with events of their own. */
function openAgain(run: ListedRun): void {
  if (run.ended === null) return;
  run.ended = null;
  // As before they were asked about.
  for (const operation of run.operations.values()) {
    if (operation.phase !== 'awaiting_approval') continue;
    operation.phase = 'planned';
    operation.why = null;
  }
}

function requested(run: ListedRun, { data }: EventOf<'plan.requested'>): void {
  run.principal = data.principal;
  run.idempotencyKey = data.idempotency_key;
  addWords(run, data.idempotency_key, data.principal);
  if ('sealed' in data.request) run.flags.add('sealed');
  if (!('inline' in data.request)) return;
  const { repository, operations } = data.request.inline;
  for (const { repository: own = repository, kind } of operations) {
    addRepository(run, own);
    run.kinds.add(kind);
  }
  for (const operation of operations) {
    addWords(run, operation.id);
    if ('tag_name' in operation) addWords(run, operation.tag_name);
    if ('release_name' in operation) addWords(run, operation.release_name);
    if ('title' in operation) addWords(run, operation.title, operation.head, operation.base);
  }
}

function generated(
  run: ListedRun,
  { data }: EventOf<'plan.generated'>,
  named: PublicationPlan | undefined,
): void {
  run.planned = true;
  run.wouldShip = data.would_ship;
  run.wouldNotShip = data.would_not_ship;
  if ('sealed' in data.plan) run.flags.add('sealed');
  const plan = 'inline' in data.plan ? data.plan.inline : named;
  if (plan === undefined || run.flags.has('sealed')) return;
  for (const { repository, kind } of plan.operations) {
    addRepository(run, repository);
    run.kinds.add(kind);
  }
}

const repositoriesMax = 100;

function addRepository(run: ListedRun, repository: string | undefined): void {
  if (repository === undefined || run.repositories.has(repository)) return;
  if (run.repositories.size >= repositoriesMax) return;
  run.repositories.add(repository);
  addWords(run, repository);
}

function foldOperation(run: ListedRun, event: MarketOpsEvent): void {
  const id = event.stream.slice(partitionKey(event.stream).length + 'op//'.length);
  const operation = run.operations.get(id) ?? { phase: 'none', why: null, drifted: false };
  run.operations.set(id, operation);
  const was = { uncertain: isUncertain(operation), drifted: operation.drifted };
  if (event.type === 'operation.planned') planned(run, event);
  foldPhase(operation, event);
  if (event.type === 'operation.held') run.flags.add('held');
  if (event.type === 'operation.started') run.flags.delete('held');
  // Not for every event: a plan may have a thousand operations.
  if (isUncertain(operation) !== was.uncertain) setFlag(run, 'uncertain', isUncertain);
  if (operation.drifted !== was.drifted) setFlag(run, 'drifted', ({ drifted }) => drifted);
}

const isUncertain = ({ phase }: ListedOperation): boolean => phase === 'uncertain';

/** Of a run that any of its operations is. */
function setFlag(run: ListedRun, flag: RunFlag, is: (operation: ListedOperation) => boolean): void {
  for (const operation of run.operations.values()) if (is(operation)) return void run.flags.add(flag);
  run.flags.delete(flag);
}

/** What a large plan names only here. */
function planned(run: ListedRun, { data }: EventOf<'operation.planned'>): void {
  run.kinds.add(data.operation_kind);
  if (data.operation !== null && 'sealed' in data.operation) run.flags.add('sealed');
  if (data.operation === null || !('inline' in data.operation) || run.flags.has('sealed')) return;
  const operation = data.operation.inline;
  addRepository(run, repositoryFullName(operation.repository));
  addWords(run, data.operation_id);
  if ('tag_name' in operation) addWords(run, operation.tag_name);
}

/** The operation's phase and reason after the event: `OperationState` in two words (the tests compare the two folds). */
function foldPhase(operation: ListedOperation, event: MarketOpsEvent): void {
  if (event.type === 'operation.held') operation.why = event.data.reason.code;
  if (event.type === 'operation.redriven' && !isRedrivable(operation.phase)) return;
  if (event.type === 'effect.drifted') operation.drifted = true;
  if (event.type === 'effect.restored' || event.type === 'operation.redriven') operation.drifted = false;
  const after = phaseAfter(event);
  if (after === undefined) return;
  [operation.phase, operation.why] = after;
}

/** Undefined where it leaves the phase as it is. */
function phaseAfter(event: MarketOpsEvent): readonly [ListedPhase, string | null] | undefined {
  switch (event.type) {
    case 'operation.planned':
    case 'operation.redriven':
      return ['planned', null];
    case 'operation.blocked':
      return ['blocked', event.data.reason.code];
    case 'receipt.issued':
      return ['authorized', null];
    case 'receipt.expired':
      return ['expired', event.data.reason.code];
    case 'receipt.revoked':
      return ['revoked', event.data.reason.code];
    case 'receipt.advised':
      return ['advised', event.data.advisory.reasons[0]?.code ?? null];
    case 'operation.started':
    case 'operation.resumed':
      return ['started', null];
    case 'operation.succeeded':
      return ['succeeded', null];
    case 'operation.failed':
      return ['failed', event.data.audit.error_code];
    case 'operation.refused':
      return ['refused', event.data.reason.code];
    case 'operation.uncertain':
      return ['uncertain', event.data.reason.code];
    case 'operation.skipped':
      return ['skipped', event.data.reason.code];
    case 'operation.reconciled':
      return event.data.found === 'effect' ? ['succeeded', null] : ['failed', event.data.audit.error_code];
    default:
      return undefined;
  }
}

const isRedrivable = (phase: ListedPhase): boolean =>
  phase === 'awaiting_approval' || redrivablePhases.has(phase);

import {
  type AuditRecord,
  type EventOf,
  Fault,
  invariant,
  Operation,
  OperationId,
  operationStream,
  RunId,
  standingOf,
} from '@marketops/contracts';
import {
  appendAndEnqueue,
  HoldError,
  type IncomingJob,
  isoTime,
  type Logger,
  type OrderTrust,
  readContained,
  runJob,
  ThrottledError,
} from '@marketops/engine';
import { GitHubError, readsOnly } from '@marketops/github';
import { markerFor } from '@marketops/proof';
import { StoreError } from '@marketops/store';
import { auditOf } from '../audit.js';
import { PublisherError } from '../errors.js';
import type { ExecuteTools } from '../executing/execute.js';
import type { StreamFacts } from '../gate/context.js';
import { neverWrites } from '../ports/never-writes.js';
import { streamFacts } from '../stream-facts.js';
import { settleMs } from '../timing.js';
import { findEffect, type LookUpResult } from './look-up-result.js';
import { type OperationRef, reconcileFault } from './order-fault.js';
import { type Verdict, weigh } from './verdict.js';

export interface ReconcileTools extends ExecuteTools {
  readonly log: Logger;
  readonly trust: OrderTrust;
}

/** How often one order is looked at again because the stream moved on meanwhile. */
const conflictsMax = 16;

/**
 * The handler of `reconcile`, for which the job is a mere hint: the order stands in the operation's stream, signed by its
 * operator, and counts as soon as the ledger has acknowledged it.
 *
 *     uncertain? ─▶ order counts? ─▶ acknowledged? ─▶ look up (reads only) ─▶ weigh ─▶ operation.reconciled
 *         │ no: nothing to do  │ no: refused                                    └─▶ refused: still uncertain
 *
 * Nothing is written at the provider, so it needs no receipt; and no job, however often it comes, does anything without an
 * order, which counts once (laws E2, E3, X2).
 * @throws PublisherError `reconcile_refused`; HoldError, ThrottledError; what a read throws while attempts are left
 */
export async function reconcile(tools: ReconcileTools, job: IncomingJob): Promise<void> {
  const ref = refIn(job.data);
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      return await reconcileOnce(tools, job, ref);
    } catch (fault) {
      const lost = fault instanceof StoreError && fault.code === 'append_conflict';
      if (!lost || conflicts >= conflictsMax) throw fault;
    }
  }
}

async function reconcileOnce(tools: ReconcileTools, job: IncomingJob, ref: OperationRef): Promise<void> {
  const { reader, clock, log, timing } = tools;
  const stream = operationStream(ref.runId, ref.operationId);
  const [view] = await reader.read([stream]);
  const facts = view === undefined ? null : streamFacts(view);
  if (view === undefined || facts?.state.phase !== 'uncertain') {
    log.debug({ stream, job: job.id }, 'nothing to reconcile: the operation is not uncertain');
    return;
  }
  const order = facts.state.reconcileRequested;
  if (order === undefined)
    throw refusal(`Nobody has ordered ${stream} to be reconciled.`, 'Sign an order: marketops reconcile.');
  const { events } = view;
  const fault = reconcileFault(tools.trust, ref, { state: facts.state, events }, order, clock.nowMs());
  if (fault !== undefined) throw refusal(`The order does not count: ${fault}.`, 'Sign a new one.');
  // Whoever can write Redis can cut a stream back to behind an answer, and have the order obeyed twice.
  const awaited = { seq: facts.state.lastSeq, digest: facts.digest };
  if (!(await tools.acknowledgements.waitFor(stream, awaited, timing.acknowledgementWaitMs)))
    throw new HoldError('the ledger has not acknowledged the order to reconcile', timing.holdMs);
  waitUntilSettled(tools, facts);
  const operation = await operationOf(tools, facts);
  const lookUp = await look(tools, job, ref, operation, order);
  const verdict = weigh(saidIn(order), lookUp);
  if ('refused' in verdict) throw refusal(verdict.refused, verdict.next);
  await say(tools, { stream, facts, operation, order, verdict });
}

/** A request that was under way when the outcome was said may take effect until then. */
function waitUntilSettled({ clock, timing }: ReconcileTools, { state }: StreamFacts): void {
  const leftMs = Date.parse(state.outcome?.time ?? '') + settleMs(timing) - clock.nowMs();
  if (leftMs > 0) throw new HoldError('a request of the execution may still take effect', leftMs);
}

async function operationOf({ blobs }: ReconcileTools, { state }: StreamFacts): Promise<Operation> {
  const { planned } = state;
  const contained = planned?.data.operation;
  invariant(planned !== undefined && contained != null, 'what was executed was planned whole');
  return readContained(blobs, planned, contained, Operation);
}

async function look(
  tools: ReconcileTools,
  job: IncomingJob,
  { runId, operationId }: OperationRef,
  operation: Operation,
  order: EventOf<'reconcile.requested'>,
): Promise<LookUpResult> {
  const { crypto, markerKey, executors } = tools;
  const reads = () =>
    readsOnly(
      // With the operation's own token: who may only read sees no drafts.
      tools.github(operation.repository.owner, {
        ...{ beforeWrite: neverWrites, signal: job.signal, subject: { operation } },
      }),
    );
  try {
    return await findEffect(
      reads,
      operation,
      markerFor(crypto, markerKey, { runId, operationId }),
      executors,
    );
  } catch (fault) {
    if (fault instanceof GitHubError && fault.code === 'rate_limited')
      throw new ThrottledError(fault.message, fault.retryAfterMs ?? 60_000);
    const isSpent = fault instanceof Fault && fault.retry === 'transient' && job.lastAttempt;
    if (!isSpent) throw fault;
    if (saidIn(order) === 'look')
      throw refusal(`The look-up could not be made: ${fault.message}`, fault.next);
    return { found: 'unasked', fault };
  }
}

function saidIn({ data }: EventOf<'reconcile.requested'>) {
  const { action } = data.command;
  invariant(action.kind === 'reconcile', 'only an order to reconcile is obeyed here');
  return action.found;
}

async function say(
  tools: ReconcileTools,
  the: {
    readonly stream: string;
    readonly facts: StreamFacts;
    readonly operation: Operation;
    readonly order: EventOf<'reconcile.requested'>;
    readonly verdict: Exclude<Verdict, { refused: string }>;
  },
): Promise<void> {
  const { stream, facts, operation, order, verdict } = the;
  const { started, issued } = facts.state;
  invariant(started !== undefined && issued !== undefined, 'what is uncertain was started, with a receipt');
  const { found, by, result, note } = verdict;
  const { receipt } = issued.data;
  const audited = {
    ...{ operation, receipt, startedAt: started.time, retries: facts.spentRetries },
    completedAt: isoTime(tools.clock.nowMs()),
  };
  const status: AuditRecord['status'] = found === 'effect' ? 'success' : 'failed';
  const data = {
    ...{ operation_id: operation.operation_id, execution_id: started.data.execution_id, found, by },
    ...{ command: order.data.command, audit: auditOf(audited, status, result, note) },
  };
  await appendAndEnqueue(tools, {
    context: {
      ...{ tenantId: issued.tenant_id, runId: issued.run_id, mode: issued.mode },
      ...{ causationId: order.id, correlationId: issued.correlation_id },
    },
    streams: [{ stream, ...standingOf(facts.state), events: [{ type: 'operation.reconciled', data }] }],
    // What waits for it in a run that has not ended may go on.
    jobs: [runJob(receipt.run_id)],
  });
  const { principal } = order.data.command;
  tools.log.info({ stream, found, by, principal }, 'an uncertain operation is reconciled');
}

/** The claimed ids are the attacker's: only what is a stream's name is ever looked for. */
function refIn(data: unknown): OperationRef {
  const fields = typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
  const runId = RunId.safeParse(fields['run_id']);
  const operationId = OperationId.safeParse(fields['operation_id']);
  if (runId.success && operationId.success) return { runId: runId.data, operationId: operationId.data };
  throw refusal('The job names no operation.', 'Order it with marketops reconcile.');
}

const refusal = (message: string, next: string): PublisherError =>
  new PublisherError('reconcile_refused', message, { next });

import type { AuditRecord, Mode, OperationKind, Reason, Receipt } from '@marketops/contracts';
import {
  type Clock,
  type IncomingJob,
  jobNames,
  type Logger,
  type Metrics,
  queueNames,
  type Settled,
} from '@marketops/engine';
import { type ConsumedReceipt, readAuditTrail, readConsumedReceipts } from './audit-trail.js';
import { measureSkew } from './clock-skew.js';
import { ReceiptValidationError, RecoveryFailedError } from './errors.js';
import type { Executors } from './executors/executor.js';
import { executors } from './executors/executors.js';
import type { GateRules } from './gate/context.js';
import { countingGate } from './gate/counting-gate.js';
import { createGate, type Gate } from './gate/gate.js';
import { type Limits, noLimits } from './limits/limits.js';
import type { Publication } from './publication.js';
import { type PublishTools, publish } from './publish.js';
import { reconcile } from './reconciling/reconcile.js';
import { recordRefusals } from './refusals.js';
import { projectSystem } from './system-projection.js';

/** What a publisher is made of. `startPublisher` gathers this from an engine; tests give their own. */
export interface PublisherOptions
  extends Omit<PublishTools, 'gate' | 'refusals' | 'limits' | 'executors' | 'system' | 'skew' | 'crypto'> {
  /** Absent: none are kept. */
  readonly limits?: Limits;
  /** Absent: what the gate answers is not counted. */
  readonly metrics?: Metrics;
  /** Absent: those of GitHub. */
  readonly executors?: Executors;
  readonly rules: GateRules;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settled: Settled;
}

/** What is presented to the library: the receipt, and what its bearer says it is for. */
export interface PublicationRequest {
  readonly run_id: string;
  readonly operation_id: string;
  /** Exactly `prod`; anything else is refused by check 1. */
  readonly mode: Mode | (string & {});
  readonly receipt: Receipt | Readonly<Record<string, unknown>> | null;
}

/**
 * The publisher as a library. Each operation goes through the same gate, the same consumption and the same boundary as a job of the queue: there is no second way (law P7).
 */
export interface Publisher {
  readonly gate: Gate;
  /** Handles a job of `{publications-…}`. */
  handle(job: IncomingJob): Promise<Publication>;
  publishRelease(request: PublicationRequest): Promise<AuditRecord>;
  tagRepo(request: PublicationRequest): Promise<AuditRecord>;
  openPr(request: PublicationRequest): Promise<AuditRecord>;
  attachReleaseAsset(request: PublicationRequest): Promise<AuditRecord>;
  getAuditTrail(runId: string): Promise<AuditRecord[]>;
  getConsumedReceipts(runId: string): Promise<ConsumedReceipt[]>;
  counts(): { readonly recorded: number; readonly repeated: number; readonly dropped: number };
}

/**
 * @throws by its operations ReceiptValidationError when the gate refuses, HoldError when it is not now,
 * RecoveryFailedError when nobody can tell whether the effect happened; a failure is an answer, with its audit record
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const { rules, clock, reader, blobs, store } = options;
  const { log, settled } = options;
  const system = projectSystem({ reader, log, settled, trust: rules, nowMs: () => clock.nowMs() });
  const tools: PublishTools = {
    ...options,
    limits: options.limits ?? noLimits,
    executors: options.executors ?? executors,
    crypto: rules.crypto,
    gate:
      options.metrics === undefined ? createGate(rules) : countingGate(createGate(rules), options.metrics),
    system,
    skew: measureSkew(
      () => store.nowMs(),
      () => clock.nowMs(),
    ),
    refusals: recordRefusals({ ...options, system }),
  };
  const handle = async (job: IncomingJob): Promise<Publication> => {
    if (job.name !== jobNames.reconcile) return publish(tools, job);
    await reconcile({ ...tools, log, trust: rules }, job);
    return { status: 'answered' };
  };
  const present = (kind: OperationKind) => async (request: PublicationRequest) =>
    auditFrom(await handle(jobFor(kind, request, clock.nowMs())));
  return {
    gate: tools.gate,
    handle,
    publishRelease: present('publish_release'),
    tagRepo: present('tag_repo'),
    openPr: present('open_pr'),
    attachReleaseAsset: present('attach_release_asset'),
    getAuditTrail: (runId) => readAuditTrail({ reader, blobs }, runId),
    getConsumedReceipts: (runId) => readConsumedReceipts({ reader, blobs }, runId),
    counts: () => tools.refusals.counts(),
  };
}

/**
 * A call of the library is the receipt's job with one attempt. Where it ended in a hold, calling again goes on with the
 * same execution; where it ended in an outcome, the receipt is consumed.
 */
function jobFor(kind: OperationKind, request: PublicationRequest, nowMs: number): IncomingJob {
  return {
    id: typeof request.receipt?.receipt_id === 'string' ? request.receipt.receipt_id : `library-${nowMs}`,
    name: 'library',
    queue: queueNames.publications('library'),
    data: { ...request, operation_kind: kind },
    addedAtMs: nowMs,
    attempt: 1,
    lastAttempt: true,
    signal: new AbortController().signal,
  };
}

const consumed: Reason = {
  code: 'receipt_consumed',
  message: 'The receipt has been used, and the operation has its outcome.',
  remedy: 'See getAuditTrail for the outcome. To ship again, submit a new plan.',
};

function auditFrom(publication: Publication): AuditRecord {
  switch (publication.status) {
    case 'refused':
      throw new ReceiptValidationError(publication.check, publication.reason);
    case 'uncertain':
      throw new RecoveryFailedError(publication.audit.error_message ?? 'the outcome is not known');
    case 'answered':
      throw new ReceiptValidationError('unconsumed', consumed);
    default:
      return publication.audit;
  }
}

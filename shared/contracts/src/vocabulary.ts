import { z } from 'zod';
import { Approval, ApprovalRequest } from './approval.js';
import { AuditRecord } from './audit.js';
import { Actor, type EventEnvelope } from './event.js';
import { Evidence } from './evidence.js';
import { GateCheck } from './gate-check.js';
import {
  Digest,
  IdempotencyKey,
  KeyId,
  OperationId,
  PrincipalId,
  ReceiptId,
  RepositoryFullName,
  RunId,
  StreamId,
  type StreamKind,
  Time,
  Ulid,
} from './ids.js';
import { PublicKey } from './keyring.js';
import { limits } from './limits.js';
import { Operation, OperationKind } from './operation.js';
import { OperatorCommand } from './operator-command.js';
import { inlineOrBlob, PublicationPlan, Reason } from './plan.js';
import { Advisory, Receipt } from './receipt.js';
import { PlanRequest } from './request.js';
import { RunStatus } from './run-status.js';
import { Scope } from './scope.js';

const text = z.string().max(limits.messageCharsMax);
const dependsOn = z.array(OperationId).max(limits.dependenciesPerOperationMax);
const claimedId = z.string().max(120).nullable();

const outcome = { execution_id: Ulid, audit: AuditRecord };
const scopeChange = z.strictObject({
  scopes: z.array(Scope).min(1).max(100),
  principal: PrincipalId,
  reason: text,
  /** The order as its operator signed it: whoever carries it cannot make one (law O1). */
  command: OperatorCommand,
});
const approval = z.strictObject({ approval: Approval });
/** How much room the disk of that folder had when it was looked at. */
const room = z.strictObject({
  place: z.enum(['ledger', 'blobs']),
  free_bytes: z.int().min(0),
  reserve_bytes: z.int().min(0),
  reason: text,
});

interface Definition {
  readonly stream: StreamKind;
  readonly emitters: readonly Actor[];
  readonly data: z.ZodType<Record<string, unknown>>;
}

/**
 * Every event type this release knows, with where it may stand and who may say it (law E3). One row per type;
 * `version` is 1 for all of them. Readers act on nothing that is not in this table.
 */
export const vocabulary = {
  'plan.requested': {
    stream: 'run',
    emitters: ['planner', 'console'],
    data: z.strictObject({
      principal: PrincipalId,
      idempotency_key: IdempotencyKey,
      request_digest: Digest,
      request: inlineOrBlob(PlanRequest),
    }),
  },
  'plan.generated': {
    stream: 'run',
    emitters: ['planner'],
    data: z.strictObject({
      plan_digest: Digest,
      plan: inlineOrBlob(PublicationPlan),
      operations: z.int().positive(),
      would_ship: z.int().min(0),
      would_not_ship: z.int().min(0),
      /** What discovery read, by digest, so that a replay can tell what the planner knew. */
      facts_digest: Digest,
    }),
  },
  'plan.rejected': {
    stream: 'run',
    emitters: ['planner'],
    data: z.strictObject({
      code: z.string().max(64),
      faults: z
        .array(z.strictObject({ path: z.string().max(300), message: text }))
        .min(1)
        .max(20),
    }),
  },
  'operation.planned': {
    stream: 'op',
    emitters: ['planner'],
    data: z.strictObject({
      operation_id: OperationId,
      operation_kind: OperationKind,
      /** Null where a prerequisite is missing. */
      operation_digest: Digest.nullable(),
      operation: inlineOrBlob(Operation).nullable(),
      plan_digest: Digest,
      depends_on: dependsOn,
      blocked_by_mode: z.boolean(),
    }),
  },
  'operation.blocked': {
    stream: 'op',
    emitters: ['planner'],
    data: z.strictObject({ operation_id: OperationId, reason: Reason }),
  },
  'approval.requested': { stream: 'run', emitters: ['federation'], data: ApprovalRequest },
  /** What counts for these operations, said right before the mint: the ledger's word on it proves nothing is hidden. */
  'approval.counted': {
    stream: 'run',
    emitters: ['federation'],
    data: z.strictObject({
      plan_digest: Digest,
      policy_digest: Digest,
      operation_ids: z.array(OperationId).min(1).max(100),
    }),
  },
  'approval.granted': { stream: 'run', emitters: ['console'], data: approval },
  'approval.denied': { stream: 'run', emitters: ['console'], data: approval },
  'approval.withdrawn': { stream: 'run', emitters: ['console'], data: approval },
  'evidence.recorded': {
    stream: 'run',
    emitters: ['console'],
    data: z.strictObject({ evidence: Evidence }),
  },
  'operation.authorized': {
    stream: 'op',
    emitters: ['federation'],
    data: z.strictObject({
      operation_id: OperationId,
      decision_id: Ulid,
      policy_digest: Digest,
      evidence_digest: Digest,
      valid_until: Time,
    }),
  },
  'receipt.issued': { stream: 'op', emitters: ['federation'], data: z.strictObject({ receipt: Receipt }) },
  'receipt.advised': { stream: 'op', emitters: ['federation'], data: z.strictObject({ advisory: Advisory }) },
  'receipt.expired': {
    stream: 'op',
    emitters: ['federation'],
    data: z.strictObject({ receipt_id: ReceiptId, reason: Reason }),
  },
  'receipt.revoked': {
    stream: 'op',
    emitters: ['federation'],
    data: z.strictObject({
      receipt_id: ReceiptId,
      reason: Reason,
      /** Who ordered it; null where a revoked key took its receipts along. */
      command: OperatorCommand.nullable(),
    }),
  },
  'operation.started': {
    stream: 'op',
    emitters: ['publisher'],
    data: z.strictObject({
      operation_id: OperationId,
      receipt_id: ReceiptId,
      execution_id: Ulid,
      lease_until: Time,
    }),
  },
  'operation.resumed': {
    stream: 'op',
    emitters: ['publisher'],
    data: z.strictObject({
      operation_id: OperationId,
      receipt_id: ReceiptId,
      execution_id: Ulid,
      lease_until: Time,
      reason: text,
    }),
  },
  'operation.held': {
    stream: 'op',
    emitters: ['publisher'],
    data: z.strictObject({
      operation_id: OperationId,
      receipt_id: ReceiptId,
      check: GateCheck,
      reason: Reason,
    }),
  },
  'operation.retried': {
    stream: 'op',
    emitters: ['publisher'],
    data: z.strictObject({
      operation_id: OperationId,
      execution_id: Ulid,
      attempt: z.int().min(1).max(100),
      error_code: z.string().max(64),
      error_message: text,
    }),
  },
  'operation.succeeded': { stream: 'op', emitters: ['publisher'], data: z.strictObject(outcome) },
  'operation.failed': { stream: 'op', emitters: ['publisher'], data: z.strictObject(outcome) },
  'operation.refused': {
    stream: 'op',
    emitters: ['publisher'],
    data: z.strictObject({ check: GateCheck, reason: Reason, audit: AuditRecord }),
  },
  'operation.uncertain': {
    stream: 'op',
    emitters: ['publisher'],
    data: z.strictObject({ ...outcome, reason: Reason }),
  },
  'reconcile.requested': {
    stream: 'op',
    emitters: ['console'],
    data: z.strictObject({ operation_id: OperationId, command: OperatorCommand }),
  },
  /** What an uncertain operation turned out to be: its effect is there and as authorized, or there is none. */
  'operation.reconciled': {
    stream: 'op',
    emitters: ['publisher'],
    data: z.strictObject({
      operation_id: OperationId,
      execution_id: Ulid,
      found: z.enum(['effect', 'absent']),
      by: z.enum(['look_up', 'operator']),
      command: OperatorCommand,
      audit: AuditRecord,
    }),
  },
  /** Open again, without authority: what a receipt of before allowed, it allows no more (law R3). */
  'operation.redriven': {
    stream: 'op',
    emitters: ['planner'],
    data: z.strictObject({
      operation_id: OperationId,
      command_id: Ulid,
      /** The consumed, refused or revoked receipt that a new one will supersede. */
      previous_receipt_id: ReceiptId.nullable(),
      reason: text,
    }),
  },
  /** What is there now is not what was authorized and made: somebody edited or deleted it. Said once per change. */
  'effect.drifted': {
    stream: 'op',
    emitters: ['publisher'],
    data: z.strictObject({
      operation_id: OperationId,
      drift: z.enum(['edited', 'deleted']),
      differs: z.array(z.string().max(64)).max(20),
      remote_id: z.string().max(300),
      /** Of what was observed, so that one change is said once. */
      observed_digest: Digest,
    }),
  },
  'effect.restored': {
    stream: 'op',
    emitters: ['publisher'],
    data: z.strictObject({ operation_id: OperationId, remote_id: z.string().max(300) }),
  },
  'operation.skipped': {
    stream: 'op',
    emitters: ['planner'],
    data: z.strictObject({ operation_id: OperationId, reason: Reason }),
  },
  'run.cancel_requested': {
    stream: 'run',
    emitters: ['planner'],
    data: z.strictObject({ principal: PrincipalId, reason: text }),
  },
  'run.redriven': {
    stream: 'run',
    emitters: ['console'],
    data: z.strictObject({ principal: PrincipalId, command: OperatorCommand }),
  },
  /**
   * The planner's word that it obeys an order, in the append that opens the operations: who has looked at the run before can
   * neither end it over that nor obey the order after its end.
   */
  'redrive.taken': {
    stream: 'run',
    emitters: ['planner'],
    data: z.strictObject({
      command_id: Ulid,
      operations: z.int().min(1).max(limits.operationsPerPlanMax),
    }),
  },
  'run.stalled': {
    stream: 'run',
    emitters: ['planner'],
    data: z.strictObject({
      waiting_for: z.array(OperationId).max(limits.operationsPerPlanMax),
      sweeps: z.int().positive(),
    }),
  },
  'run.completed': {
    stream: 'run',
    emitters: ['planner'],
    data: z.strictObject({
      status: RunStatus,
      succeeded: z.int().min(0),
      failed: z.int().min(0),
      blocked: z.int().min(0),
      skipped: z.int().min(0),
      uncertain: z.int().min(0),
    }),
  },
  'gate.refused': {
    stream: 'system',
    emitters: ['publisher'],
    data: z.strictObject({
      check: GateCheck,
      job_digest: Digest,
      reason: Reason,
      /** What the refused job claimed: unverified, kept to be found. */
      claimed_run_id: claimedId,
      claimed_operation_id: claimedId,
      claimed_receipt_id: claimedId,
    }),
  },
  /** What the HTTP API refused, each kind of refusal at most once a minute with how many there were: a flood must not fill the ledger. */
  'access.refused': {
    stream: 'system',
    emitters: ['console'],
    data: z.strictObject({
      code: z.string().regex(/^[a-z0-9_]{1,64}$/),
      /** As the API's document calls it; `none` where no operation was meant. */
      operation: z.string().regex(/^[A-Za-z]{1,64}$/),
      /** Who was known to ask; null where nobody was. No address stands here: that would be personal data. */
      principal: PrincipalId.nullable(),
      api_key_id: z
        .string()
        .regex(/^[a-z0-9]{16}$/)
        .nullable(),
      refusals: z.int().positive(),
      /** Of the first of them. */
      since: Time,
    }),
  },
  /** Something of a kind we make stands in a repository we govern, and no receipt allowed it. */
  'effect.unreceipted': {
    stream: 'system',
    emitters: ['publisher'],
    data: z.strictObject({
      repository: RepositoryFullName,
      operation_kind: OperationKind,
      remote_id: z.string().max(300),
      url: z.string().max(1_000),
      /** `forged`: it carries a line like our marker, made by somebody without the key. */
      marker: z.enum(['none', 'forged']),
      created_at: Time.nullable(),
    }),
  },
  'system.frozen': { stream: 'system', emitters: ['console'], data: scopeChange },
  'system.unfrozen': { stream: 'system', emitters: ['console'], data: scopeChange },
  /**
   * An order to destroy the sealed contents of a run that has ended; every digest and signature of it stays. It stands here and
   * not with the run, which may have left Redis long before somebody asks for it.
   */
  'blob.erased': {
    stream: 'system',
    emitters: ['console'],
    data: z.strictObject({ run_id: RunId, principal: PrincipalId, command: OperatorCommand }),
  },
  'service.started': {
    stream: 'system',
    emitters: ['federation', 'publisher'],
    data: z.strictObject({ service: Actor, instance: Ulid }),
  },
  'key.added': { stream: 'system', emitters: ['federation'], data: z.strictObject({ key: PublicKey }) },
  'key.rotated': {
    stream: 'system',
    emitters: ['federation'],
    data: z.strictObject({ key_id: KeyId, replaced_by: KeyId.nullable(), not_after: Time }),
  },
  'key.revoked': {
    stream: 'system',
    emitters: ['federation'],
    data: z.strictObject({ key_id: KeyId, revoked_at: Time, reason: text }),
  },
  'policy.loaded': {
    stream: 'system',
    emitters: ['federation'],
    data: z.strictObject({
      policy_digest: Digest,
      /** Null where federation does not remember one. */
      previous_digest: Digest.nullable(),
      policies: z.int().min(0),
    }),
  },
  'epoch.opened': {
    stream: 'system',
    emitters: ['ledger'],
    data: z.strictObject({ epoch: z.int().positive(), term: z.int().positive(), reason: text }),
  },
  'minting.stopped': { stream: 'system', emitters: ['ledger'], data: room },
  'minting.resumed': { stream: 'system', emitters: ['ledger'], data: room },
  'stream.quarantined': {
    stream: 'system',
    emitters: ['ledger'],
    data: z.strictObject({ stream: StreamId, seq: z.int().min(0), reason: text, evidence_digest: Digest }),
  },
} as const satisfies Record<string, Definition>;

export type EventType = keyof typeof vocabulary;
export type EventData<Type extends EventType> = z.infer<(typeof vocabulary)[Type]['data']>;

/** An event of a known type with its data typed by it. */
export type EventOf<Type extends EventType> = Type extends EventType
  ? Omit<EventEnvelope, 'type' | 'data'> & { readonly type: Type; readonly data: EventData<Type> }
  : never;
export type MarketOpsEvent = { [Type in EventType]: EventOf<Type> }[EventType];

/** Own keys only: `type` comes from outside and may be `constructor`. */
export const isEventType = (type: string): type is EventType => Object.hasOwn(vocabulary, type);

/** What a decider yields: the shell adds id, seq, actor and time. */
export type EventDraft = {
  [Type in EventType]: { readonly type: Type; readonly data: EventData<Type> };
}[EventType];

/** Why an event may not stand where it stands, or undefined. A named predicate of law E3. */
export function emitterFault(
  event: { type: string; stream: string; actor: string },
  kind: StreamKind,
): string | undefined {
  if (!isEventType(event.type)) return `unknown event type ${event.type.slice(0, 80)}`;
  const row: Definition = vocabulary[event.type];
  if (row.stream !== kind) return `${event.type} may not stand in ${event.stream}`;
  if (!row.emitters.some((actor) => actor === event.actor)) return `${event.actor} may not say ${event.type}`;
  return undefined;
}

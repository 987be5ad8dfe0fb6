import { z } from 'zod';
import {
  BlobRef,
  Digest,
  OperationId,
  PrincipalId,
  RepositoryFullName,
  RunId,
  Salt,
  TenantId,
} from './ids.js';
import { limits } from './limits.js';
import { Mode } from './mode.js';
import { OperationKind } from './operation.js';

const text = z.string().min(1).max(limits.messageCharsMax);

/** Why something is as it is, for a person: a stable code, a sentence, and what would change it. */
export const Reason = z.strictObject({
  code: z.string().regex(/^[a-z0-9_]{1,64}$/),
  message: text,
  remedy: text,
});
export type Reason = z.infer<typeof Reason>;

export const PlannedOperation = z.strictObject({
  operation_id: OperationId,
  kind: OperationKind,
  repository: RepositoryFullName,
  /** Absent where a prerequisite is missing, so that the operation could not be made whole. */
  operation_digest: Digest.nullable(),
  depends_on: z.array(OperationId).max(limits.dependenciesPerOperationMax),
  /** True for every operation of a dry run (law D1). Part of `plan_digest`, not of `operation_digest`. */
  blocked_by_mode: z.boolean(),
  would_ship: z.boolean(),
  /** Why it would not ship; empty where it would. */
  reasons: z.array(Reason).max(20),
  missing_prerequisites: z.array(Reason).max(20),
});
export type PlannedOperation = z.infer<typeof PlannedOperation>;

/** What the planner answers. `plan_digest` is the SHA-256 of its RFC 8785 form. */
export const PublicationPlan = z.strictObject({
  version: z.literal(1),
  run_id: RunId,
  tenant_id: TenantId,
  principal: PrincipalId,
  mode: Mode,
  request_digest: Digest,
  /** Of a sealed plan alone: it hides what the plan's digest is of. */
  salt: Salt.optional(),
  operations: z.array(PlannedOperation).min(1).max(limits.operationsPerPlanMax),
});
export type PublicationPlan = z.infer<typeof PublicationPlan>;

/** A value that stands encrypted in the blob store, under a key that can be destroyed. */
export const SealedRef = z.strictObject({
  /** SHA-256 of the ciphertext. */
  blob: BlobRef,
  /** SHA-256 of the value's RFC 8785 form. The value holds a random salt, so this says nothing about it once it is erased. */
  commitment: Digest,
});
export type SealedRef = z.infer<typeof SealedRef>;

/** Where an event's value stands. */
export type Contained<Value> =
  | { readonly inline: Value }
  | { readonly blob: string }
  | { readonly sealed: SealedRef };

/** A value that stands in the event when small, in a blob when not, and in an encrypted one when sealed. Exactly one of them. */
export const inlineOrBlob = <Schema extends z.ZodType>(value: Schema) =>
  z.union([
    z.strictObject({ blob: BlobRef }),
    z.strictObject({ inline: value }),
    z.strictObject({ sealed: SealedRef }),
  ]);

import { z } from 'zod';
import { OperationId, ReceiptId, RepositoryFullName, RunId, Time } from './ids.js';
import { limits } from './limits.js';
import { Mode } from './mode.js';
import { OperationKind } from './operation.js';

/** What GitHub made or already had: enough to find it again, never a whole answer. */
export const EffectResult = z.strictObject({
  /** The effect as GitHub numbers it; for a tag, the ref's name. */
  remote_id: z.string().max(300),
  url: z.string().max(1_000),
  /** True where an earlier attempt's effect was found and equals what was authorized. */
  adopted: z.boolean(),
  sha: z.string().max(64).nullable(),
  /** True where GitHub locked what was made: nobody can change it any more. */
  immutable: z.boolean().optional(),
  assets: z
    .array(
      z.strictObject({
        name: z.string().max(200),
        remote_id: z.string().max(40),
        sha256: z.string().max(64),
      }),
    )
    .max(limits.assetsPerReleaseMax),
});
export type EffectResult = z.infer<typeof EffectResult>;

export const GitHubResponse = z.strictObject({ status: z.int(), request_id: z.string().max(200).nullable() });

/** The publisher's audit record; law P6: every one carries the receipt's id, refusals included. */
export const AuditRecord = z.strictObject({
  operation_id: OperationId,
  run_id: RunId,
  operation_kind: OperationKind,
  receipt_id: ReceiptId.nullable(),
  repository: RepositoryFullName,
  status: z.enum(['success', 'failed', 'rejected_by_auth', 'rejected_by_mode']),
  mode: Mode,
  started_at: Time,
  completed_at: Time,
  result: EffectResult.nullable(),
  error_message: z.string().max(limits.messageCharsMax).nullable(),
  error_code: z.string().max(64).nullable(),
  github_response: GitHubResponse.nullable(),
  retry_count: z.int().min(0).max(100),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

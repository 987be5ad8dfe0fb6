import { z } from 'zod';
import { OperationId, Remark, RunId } from './ids.js';
import { OperatorCommand } from './operator-command.js';

/** Job data is a hint: the handler loads the streams and trusts only them. */
export const RunHint = z.strictObject({ run_id: RunId });
export type RunHint = z.infer<typeof RunHint>;
/** For `{authorizations}`: which operations to look at; absent means every one that is free. */
export const AuthorizationHint = z.strictObject({
  run_id: RunId,
  operation_ids: z.array(OperationId).max(1_000).optional(),
});
export type AuthorizationHint = z.infer<typeof AuthorizationHint>;
/** For `{authorizations}` as well: an order to revoke a receipt, as its operator signed it. */
export const RevocationHint = z.strictObject({ command: OperatorCommand });
export type RevocationHint = z.infer<typeof RevocationHint>;
/**
 * What a `{publications-…}` job presents to the gate. Deliberately loose: whatever does not fit is the gate's to
 * refuse, with an event, not the parser's to drop. The operation itself is never in the job; it is loaded.
 */
export const Presentation = z.strictObject({
  run_id: z.string().max(120),
  operation_id: z.string().max(120),
  operation_kind: z.string().max(60),
  mode: z.unknown(),
  receipt: z.unknown(),
});
export type Presentation = z.infer<typeof Presentation>;
export const CancelRequest = z.strictObject({ run_id: RunId, reason: Remark });
export type CancelRequest = z.infer<typeof CancelRequest>;

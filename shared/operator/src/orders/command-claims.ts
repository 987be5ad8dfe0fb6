import type { Audience, OperatorAction, OperatorCommandClaims } from '@marketops/contracts';
import { isoTime, newUlid } from '@marketops/engine';

/** An order counts this long: enough to be carried, too short to be kept for later. */
const orderMs = 5 * 60_000;

/** An order, before it is signed. */
export interface CommandDraft {
  readonly action: OperatorAction;
  readonly reason: string;
  readonly principal: string;
  readonly keyId: string;
  readonly audience: Audience;
  readonly nowMs: number;
}

/** What the operator is to sign. */
export const commandClaims = (draft: CommandDraft): OperatorCommandClaims => ({
  version: 1,
  command_id: newUlid(),
  action: draft.action,
  reason: draft.reason,
  principal: draft.principal,
  key_id: draft.keyId,
  audience: draft.audience,
  issued_at: isoTime(draft.nowMs),
  expires_at: isoTime(draft.nowMs + orderMs),
});

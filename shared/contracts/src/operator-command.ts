import { z } from 'zod';
import { OperationSet } from './approval.js';
import { Base64, KeyId, OperationId, PrincipalId, ReceiptId, Remark, RunId, Time, Ulid } from './ids.js';
import { PasskeyAssertion } from './passkey.js';
import { Audience } from './receipt.js';
import { Scope } from './scope.js';

export const commandPayloadType = 'application/vnd.marketops.command.v1+json';

const scopes = z.array(Scope).min(1).max(100);

/** What an operator orders. */
export const OperatorAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('freeze'), scopes }),
  /** Counts only from somebody other than who froze. */
  z.strictObject({
    kind: z.literal('unfreeze'),
    scopes,
    /**
     * The ids of the events of the freezes that the operator saw: of each scope the last. A later one is not lifted. Empty where
     * only control keys say that it is frozen. Always written; absent in orders from before there was this field.
     */
    freezes: z.array(Ulid).max(100).optional(),
  }),
  z.strictObject({
    kind: z.literal('revoke_receipt'),
    run_id: RunId,
    operation_id: OperationId,
    receipt_id: ReceiptId,
  }),
  /**
   * What has become of an uncertain operation. `look`: the publisher looks it up again. `effect`, `absent`: the operator has
   * looked, where the publisher cannot.
   */
  z.strictObject({
    kind: z.literal('reconcile'),
    run_id: RunId,
    operation_id: OperationId,
    found: z.enum(['look', 'effect', 'absent']),
  }),
  /** New attempts at operations of an ended run that did not succeed, each with a receipt of its own; `all`: whatever can be. */
  z.strictObject({ kind: z.literal('redrive'), run_id: RunId, operations: OperationSet }),
  /** Destroys what an ended, sealed run holds in encrypted blobs, for ever. */
  z.strictObject({ kind: z.literal('erase'), run_id: RunId }),
]);
export type OperatorAction = z.infer<typeof OperatorAction>;

/** An order signed by the operator's own key, for one environment and a short while. Whoever carries it cannot make it. */
export const OperatorCommandClaims = z.strictObject({
  version: z.literal(1),
  /** A ULID of the operator's own making: the nonce. */
  command_id: Ulid,
  action: OperatorAction,
  reason: Remark,
  principal: PrincipalId,
  key_id: KeyId,
  audience: Audience,
  issued_at: Time,
  expires_at: Time,
});
export type OperatorCommandClaims = z.infer<typeof OperatorCommandClaims>;

export const OperatorCommand = OperatorCommandClaims.extend({
  signature: Base64,
  /** Where the key is a passkey, and only there. */
  assertion: PasskeyAssertion.optional(),
});
export type OperatorCommand = z.infer<typeof OperatorCommand>;

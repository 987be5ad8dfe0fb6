/**
 * Signing in the browser, by the person's own key. The order of things: ask the API what to sign; show its plan and operations;
 * `confirmWhatIsSigned` with what was shown; where it finds no fault, `signApprovalWith` a signer; carry the result to the API.
 */
export type { BytesToSign, SigningFault } from './bytes.js';
export { type AskedOrder, type ConfirmedOrder, confirmOrder } from './confirm-order.js';
export {
  type AskedApproval,
  type ConfirmedApproval,
  confirmWhatIsSigned,
  type ShownPlan,
} from './confirm-what-is-signed.js';
export { SigningError, type SigningErrorCode } from './errors.js';
export { forgetOwnKey, keepOwnKey, keptOwnKeys } from './key-store.js';
export { listingLine, ownKeyLine } from './listing-line.js';
export { makeOwnKey, type OwnKey, openKeyFile, ownKeySigner } from './own-key.js';
export { makePasskey, passkeySigner } from './passkey.js';
export { type ListedKey, type Signature, type Signer, signApprovalWith, signOrderWith } from './signer.js';

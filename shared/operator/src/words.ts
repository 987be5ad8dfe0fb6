export { parseCursor, parsed, parseReason, parseReceiptId, parseRunId } from './arguments.js';
export { type PlacedFault, reasonOf } from './errors.js';
export { type ScopeFlags, scopeArguments, scopeOf, shownScope } from './freezes/scope.js';
export {
  lifecyclesOf,
  type Placed,
  type ReceiptLifecycle,
  type ReceiptState,
  receiptStates,
} from './receipts/receipts-lifecycle.js';
export { type EventText, eventText } from './words/event-text.js';
export type { Phase, Tone } from './words/events/shared.js';
export { bytes, duration, plural, shellQuoted, shortDigest, shortTime, thousands } from './words/plain.js';

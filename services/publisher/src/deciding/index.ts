/** The publisher's gate and fold, and nothing that reads, writes or acts: a replay asks the checks again with them. */
export { createAllowList } from '../allow-list.js';
export type { CheckedAnswer } from '../gate/answer.js';
export type { GateFacts, LoadedOperation } from '../gate/context.js';
export { createGate } from '../gate/gate.js';
export { readPresentation } from '../gate/read-presentation.js';
export { streamFacts } from '../stream-facts.js';

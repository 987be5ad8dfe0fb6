export { type AllowList, type AllowListConfig, createAllowList } from './allow-list.js';
export type { ConsumedReceipt } from './audit-trail.js';
export * from './errors.js';
export { type FaultPoint, type FaultPoints, type FaultSubject, faultPoints } from './fault-points.js';
export type { Answer, CheckedAnswer } from './gate/answer.js';
export type { GateContext, GateFacts, GateRules, LoadedOperation, StreamFacts } from './gate/context.js';
export { createGate, type Gate, type GateVerdict } from './gate/gate.js';
export type { GatedOperation } from './gate/gated-operation.js';
export { type Presented, readPresentation } from './gate/read-presentation.js';
export type { ExecutionControls, GitHubFor } from './ports/github.js';
export { openStartCap, type StartCap } from './ports/start-cap.js';
export type { Publication } from './publication.js';
export {
  createPublisher,
  type PublicationRequest,
  type Publisher,
  type PublisherOptions,
} from './publisher.js';
export { LiveSideEffectPort } from './side-effects.js';
export { type PublisherPorts, startPublisher } from './start.js';
export { type PublisherTiming, publisherTiming } from './timing.js';

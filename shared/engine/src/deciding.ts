/**
 * What deciders need of the engine, and nothing that can open a connection: the names of queues, times, orders and freezes.
 * Deciders import this door, so that a replay which decides again reaches no network client.
 */
export type { AwaitedEvent } from './acknowledgements.js';
export { isoTime } from './clock.js';
export { HoldError } from './errors.js';
export type { Decision } from './handler.js';
export { defaultTuning, type QueueTuning } from './queue-config.js';
export { erasureFault } from './system/erasures.js';
export { concernsFreezes, foldFreezes, frozenScope } from './system/freezes.js';
export { type OrderTrust, orderFault, whyNoOrder } from './system/orders.js';
export { authorizationJob, jobNames, publicationJob, queueNames, runJob } from './topology.js';

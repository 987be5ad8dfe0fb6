export type { Denial, Grant, HeardApproval } from './approvals.js';
export { evidenceFault, type Fact, factText, type HeardStatement } from './evidence.js';
export { type Hearing, hear, redriverOf, requestersOf, type Said, type Subject } from './hearing.js';

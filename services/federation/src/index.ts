export * from './allow-list.js';
export * from './decide.js';
export * from './issuance.js';
export * from './mint.js';
export type { Policy, PolicyAnswer, PolicyQuestion } from './ports/policy.js';
export { type FederationPorts, startFederation } from './start.js';

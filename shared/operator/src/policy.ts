export { type ExplainedOperation, explainedOperations } from './policies/policy-explained.js';
export { configuredPolicies, openTested, policiesAt, systemNames } from './policies/policy-folder.js';
export { policyInForce } from './policies/policy-in-force.js';

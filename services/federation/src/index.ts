export { authorizationHandler, type LiveAuthorizer } from './authorization-handler.js';
export {
  authorizeAndIssueReceipt,
  authorizePublicationPlan,
  type PlanAuthorization,
} from './authorize-plan.js';
export { decideAuthorization } from './deciding/decide.js';
export type { AuthorizationFacts, AuthorizationView, Authorizer } from './deciding/view.js';
export * from './errors.js';
export * from './issuance.js';
export * from './mint.js';
export { type FederationPorts, openAuthorizer, startFederation } from './start.js';
export * from './verify-receipt.js';

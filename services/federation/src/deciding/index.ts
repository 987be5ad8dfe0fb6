/** Federation's deciders, and nothing that reads, writes or signs: a replay decides again with them. */
export {
  type Authority,
  advisoryClaims,
  type Fresh,
  receiptClaims,
  type SigningNames,
} from '../claims.js';
export type { Mint } from '../mint.js';
export { decideAuthorization, hearingOf, unvouched } from './decide.js';
export { checkOrder, decideRevocation } from './revocation.js';
export type { AuthorizationFacts, AuthorizationView, Authorizer } from './view.js';

/** For tests of what takes approvals by passkey: an authenticator in software. Node only; of no use to verify anything with. */
export { type Said as SaidByAuthenticator, softAuthenticator } from './authenticator.js';

export { logTrustOf } from './proofs/log-trust.js';
export { makeProof } from './proofs/make-proof.js';
export { shippedRelease } from './proofs/shipped-releases.js';

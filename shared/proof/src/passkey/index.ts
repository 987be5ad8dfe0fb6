export { type PasskeyPlace, passkeyChallenge, type SignedByPasskey, verifyAssertion } from './assertion.js';
export { base64Url } from './base64-url.js';
export { carriedSignature } from './ecdsa-signature.js';
export { decodePasskeyListing, encodePasskeyListing } from './listing.js';

import type { CryptoPort } from '../crypto-port.js';
import { ProofError } from '../errors.js';
import { digestBytes } from './digest-bytes.js';

const flag = {
  userPresent: 0x01,
  userVerified: 0x04,
  backupEligible: 0x08,
  backedUp: 0x10,
  /** Reserved, and what would need more bytes than we have: credential data and extensions, which we never ask for. */
  refused: 0x02 | 0x20 | 0x40 | 0x80,
} as const;

/** Hash of the relying party's id, one byte of flags, four of a counter. */
const bytesExact = 37;

const malformed = (why: string): ProofError =>
  new ProofError('assertion_malformed', `The passkey’s authenticator data ${why}.`);

/**
 * What the authenticator vouches for (WebAuthn, section 6.1): that it is asked for this relying party, and that a person was
 * there whom it knows, by PIN or body. The counter is not looked at: nothing here remembers the last, and a word counts once.
 * @throws ProofError `assertion_malformed`, `assertion_wrong_rp`, `assertion_user_unverified`
 */
export function checkAuthenticatorData(crypto: CryptoPort, bytes: Uint8Array, rpId: string): void {
  if (bytes.length !== bytesExact) throw malformed(`is not ${bytesExact} bytes`);
  if (!crypto.equal(bytes.subarray(0, 32), digestBytes(crypto, rpId))) {
    throw new ProofError('assertion_wrong_rp', 'The passkey was used for another relying party.');
  }
  const flags = bytes[32] ?? 0;
  if ((flags & flag.refused) !== 0) throw malformed('has flags or parts that nobody asked for');
  if ((flags & flag.backedUp) !== 0 && (flags & flag.backupEligible) === 0) {
    throw malformed('says backed up of a key that cannot be');
  }
  if ((flags & flag.userPresent) === 0 || (flags & flag.userVerified) === 0) {
    throw new ProofError(
      'assertion_user_unverified',
      'The authenticator does not say that it has verified the person who used it.',
    );
  }
}

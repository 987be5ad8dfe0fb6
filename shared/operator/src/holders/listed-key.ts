import type { PublicKey } from '@marketops/contracts';
import { type KeyQuery, type OpenKeyring, ProofError, type SigningKey } from '@marketops/proof';
import { publicRawBase64 } from '@marketops/proof/node';
import { AuthorityError } from '../approvals/errors.js';

/** A private key with the id it goes by. */
export interface HeldKey {
  readonly keyId: string;
  readonly key: SigningKey;
}

/**
 * The public half of a private key as the keyring lists it: what is signed with any other counts nowhere.
 * @throws AuthorityError `key_not_listed` where the keyring has no such key for this use, or another under its id;
 * `key_not_valid` where it was revoked, has expired or does not begin yet
 */
export function listedKey(
  keyring: OpenKeyring,
  { keyId, key }: HeldKey,
  query: Omit<KeyQuery, 'keyId'>,
): PublicKey {
  try {
    keyring.find({ keyId, ...query });
  } catch (fault) {
    if (!(fault instanceof ProofError)) throw fault;
    throw new AuthorityError(ended.has(fault.code) ? 'key_not_valid' : 'key_not_listed', fault.message, {
      next: 'Use a key that the keyring lists for this: marketops approver list and marketops issuer list show them.',
      cause: fault,
    });
  }
  const listed = keyring.describe(keyId);
  if (listed?.public_key === publicRawBase64(key)) return listed;
  throw new AuthorityError('key_not_listed', `the keyring lists another key as ${keyId}`, {
    next: 'Use the private half of the key that is listed, or have a new one added.',
  });
}

const ended: ReadonlySet<string> = new Set(['key_revoked', 'key_expired', 'key_not_yet_valid']);

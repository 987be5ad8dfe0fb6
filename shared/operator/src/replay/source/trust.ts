import type { Keyring, PublicKey } from '@marketops/contracts';
import { createSignatureCache, type OpenKeyring, openKeyring, type SignatureCache } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { KeyStanding } from './recorded.js';

/**
 * What signatures are verified against. A replay tells who said what, also of a key that has been revoked since; so
 * revocation is no fault of the signature here, and is told beside it.
 */
export interface ReplayTrust {
  /** Every key as if it were not revoked. */
  readonly keyring: OpenKeyring;
  readonly logOrigin: string;
  readonly cache: SignatureCache;
  keyOf(keyId: string): PublicKey | undefined;
}

/** @throws ProofError `key_invalid` */
export function replayTrust(keyring: Keyring): ReplayTrust {
  const listed = new Map(keyring.keys.map((key) => [key.key_id, key]));
  const unrevoked = { ...keyring, keys: keyring.keys.map((key) => ({ ...key, revoked_at: null })) };
  return {
    keyring: openKeyring(nodeCrypto, unrevoked),
    logOrigin: keyring.log_origin,
    cache: createSignatureCache(),
    keyOf: (keyId) => listed.get(keyId),
  };
}

/** @param committedAt null where no commit of the ledger says when */
export function standingOf(key: PublicKey | undefined, committedAt: string | null): KeyStanding {
  if (key === undefined || key.revoked_at === null) return 'current';
  if (committedAt === null) return 'undated';
  return committedAt < key.revoked_at ? 'revoked_since' : 'revoked_before';
}

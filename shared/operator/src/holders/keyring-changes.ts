import type { Keyring, PublicKey } from '@marketops/contracts';
import { AuthorityError } from '../approvals/errors.js';
import type { HolderKind } from './key-file.js';

/** The holder of a key of that kind; undefined for every other key. */
export function holderOf(key: PublicKey, kind: HolderKind): string | undefined {
  if (kind === 'approver') return key.purpose === 'approver' ? key.principal : undefined;
  return key.purpose === 'evidence' ? key.issuer : undefined;
}

/** @throws AuthorityError `key_listed` where the key or its id stands there already, even revoked */
export function withKey(ring: Keyring, added: PublicKey): Keyring {
  const there = ring.keys.find((key) => key.key_id === added.key_id || key.public_key === added.public_key);
  if (there === undefined) return { ...ring, keys: [...ring.keys, added] };
  const since = there.revoked_at === null ? '' : `, revoked since ${there.revoked_at}`;
  throw new AuthorityError('key_listed', `the keyring lists this key already, as ${there.key_id}${since}`, {
    next:
      there.revoked_at === null
        ? 'Nothing to do, or name another file with --key-file for another key.'
        : 'A revoked key never comes back. Have a new one made: name another file with --key-file.',
  });
}

/** Which keys of a holder are revoked. */
export interface Revocation {
  readonly kind: HolderKind;
  readonly holder: string;
  /** Only this one of the holder's keys; all of them where it is absent. */
  readonly keyId?: string | undefined;
  readonly at: string;
  readonly because?: string | undefined;
}

/**
 * Revokes; nothing is taken out, for what the keys signed must stay attributable.
 * @throws AuthorityError `holder_unknown` where there is no such key that is not revoked yet
 */
export function withRevocation(
  ring: Keyring,
  { kind, holder, keyId, at, because }: Revocation,
): { readonly ring: Keyring; readonly revoked: readonly string[] } {
  const isMeant = (key: PublicKey) =>
    holderOf(key, kind) === holder &&
    key.revoked_at === null &&
    (keyId === undefined || key.key_id === keyId);
  const revoked = ring.keys.filter(isMeant).map(({ key_id }) => key_id);
  if (revoked.length === 0) {
    throw new AuthorityError(
      'holder_unknown',
      `no key ${keyId === undefined ? '' : `${keyId} `}of the ${kind} ${holder} is listed and not revoked`,
      { next: `See who is: marketops ${kind} list.` },
    );
  }
  const keys = ring.keys.map((key) =>
    isMeant(key)
      ? { ...key, revoked_at: at, ...(because === undefined ? {} : { revoked_because: because }) }
      : key,
  );
  return { ring: { ...ring, keys }, revoked };
}

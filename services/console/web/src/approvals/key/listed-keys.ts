import type { Keyring, PersonKey } from '@marketops/contracts';
import type { ListedKey } from '../../signing/index.js';

const isPersonKey = (key: Keyring['keys'][number]): key is PersonKey => key.purpose === 'approver';

/** The keys of a person that sign something that counts now, as the keyring lists them. */
export const keysOf = ({ keys }: Keyring, principal: string, nowIso: string): PersonKey[] =>
  keys
    .filter(isPersonKey)
    .filter((key) => key.principal === principal && key.revoked_at === null)
    .filter(
      ({ not_before: from, not_after: until }) => from <= nowIso && (until === undefined || until > nowIso),
    );

export const isPasskey = (key: PersonKey): boolean => key.algorithm !== 'ed25519';

/** As what signs with it wants it. */
export function listedKey(key: PersonKey): ListedKey {
  const { key_id, algorithm, public_key } = key;
  return key.algorithm === 'ed25519'
    ? { key_id, algorithm, public_key }
    : {
        ...{ key_id, algorithm, public_key },
        passkey: { credential_id: key.credential_id, rp_id: key.rp_id, origins: key.origins },
      };
}

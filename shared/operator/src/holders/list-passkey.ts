import type { ApproverPasskey } from '@marketops/contracts';
import { editKeyring, isoTime, keyringPath, type LoadedConfig } from '@marketops/engine';
import { decodeBase64, decodePasskeyListing, holdersKeyId } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { OperatorError } from '../errors.js';
import { withKey } from './keyring-changes.js';

/**
 * Lists a passkey in the keyring, as the page that made it told its person.
 * @param text what stands behind `--passkey`
 * @throws ProofError `key_invalid`; OperatorError `usage_invalid` where it is somebody else's; AuthorityError, ConfigError and
 * DiskError as `editKeyring` and `withKey`
 */
export async function listPasskey(
  { dataDir }: Pick<LoadedConfig, 'dataDir'>,
  { principal, groups }: Pick<ApproverPasskey, 'principal' | 'groups'>,
  text: string,
): Promise<ApproverPasskey> {
  const { version: _version, ...listing } = decodePasskeyListing(text);
  if (listing.principal !== principal) {
    throw new OperatorError('usage_invalid', `this passkey is ${listing.principal}’s, not ${principal}’s`, {
      next: `Ask whose it is, and list it for them: marketops approver add ${listing.principal}.`,
    });
  }
  nodeCrypto.importP256Key(listing.public_key);
  const key: ApproverPasskey = {
    ...listing,
    key_id: holdersKeyId(nodeCrypto, principal, decodeBase64(listing.public_key, 65) ?? new Uint8Array()),
    ...{ purpose: 'approver', groups: [...groups] },
    ...{ not_before: isoTime(Date.now()), revoked_at: null },
  };
  await editKeyring(keyringPath(dataDir), (ring) => withKey(ring, key));
  return key;
}

import type { Keyring } from '@marketops/contracts';
import { type CheckpointTrust, formatVerifierKey, noteVerifier } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';

/** Whom to believe about the public log: its keys that nobody has revoked. */
export const logTrustOf = ({ keys, log_origin: origin }: Keyring): CheckpointTrust => ({
  origin,
  logKeys: keys
    .filter(({ purpose, revoked_at }) => purpose === 'checkpoint' && revoked_at === null)
    .map(({ public_key: publicKey }) =>
      noteVerifier(nodeCrypto, formatVerifierKey(nodeCrypto, { name: origin, publicKey })),
    ),
});

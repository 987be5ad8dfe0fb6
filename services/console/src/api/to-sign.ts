import { approvalPayloadType, commandPayloadType, type PersonKey } from '@marketops/contracts';
import { canonicalJson, preAuthEncoding } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Caller } from '../access/caller.js';
import type { World } from '../world/world.js';
import { refused } from './orders/command.js';

/** The bytes that are signed for claims, in every form in which a browser needs them. */
export function bytesToSign(of: 'approval' | 'command', claims: object) {
  const payloadType = of === 'approval' ? approvalPayloadType : commandPayloadType;
  const payload = canonicalJson(claims);
  const encoded = preAuthEncoding(payloadType, payload);
  return {
    payload_type: payloadType,
    payload_base64: Buffer.from(payload).toString('base64'),
    pae_base64: Buffer.from(encoded).toString('base64'),
    challenge: Buffer.from(nodeCrypto.sha256Hex(encoded), 'hex').toString('base64url'),
  };
}

/** A key that the keyring lists for the caller. @throws ConsoleError `signature_refused` */
export function ownKey(world: World, caller: Caller, keyId: string): PersonKey {
  const found = approverKeys(world, caller).find(({ key_id: id }) => id === keyId);
  if (found !== undefined) return found;
  throw refused(`the keyring lists no key ${keyId} for ${caller.principal}`);
}

/** Every key of the caller that signs now. */
export const approverKeys = (world: World, { principal }: Caller): PersonKey[] => {
  const now = new Date(world.nowMs()).toISOString();
  return world
    .loaded()
    .keyring.keys.filter((key) => key.purpose === 'approver')
    .filter(
      ({ principal: holder, not_before, not_after, revoked_at }) =>
        holder === principal &&
        not_before <= now &&
        (not_after === undefined || now < not_after) &&
        revoked_at === null,
    );
};

export const keyView = (key: PersonKey) => ({
  key_id: key.key_id,
  algorithm: key.algorithm,
  public_key: key.public_key,
  credential_id: key.algorithm === 'webauthn-es256' ? key.credential_id : null,
  rp_id: key.algorithm === 'webauthn-es256' ? key.rp_id : null,
});

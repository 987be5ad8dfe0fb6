import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type {
  Approval,
  ApprovalClaims,
  ApproverPasskey,
  OperatorCommand,
  OperatorCommandClaims,
} from '@marketops/contracts';
import { encodeBase64 } from '../base64.js';
import { nodeCrypto } from '../node.js';
import { carriedSignature, passkeyChallenge } from '../passkey/index.js';
import { approvalBytes, commandBytes } from '../signed-claims.js';

/** What an authenticator and a browser would have said, changed. */
export interface Said {
  readonly clientData?: Readonly<Record<string, unknown>>;
  readonly rpId?: string;
  /** Present, verified. */
  readonly flags?: number;
  readonly counter?: number;
  /** Bytes after the 37. */
  readonly extra?: Uint8Array;
}

const page = { rp_id: 'console.test', origins: ['https://console.test'] };

/** A passkey in software: signs as an authenticator behind a browser does, with a key of its own on P-256. */
export function softAuthenticator(listed: Partial<ApproverPasskey> = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const credentialId = createHash('sha256').update(point).digest('base64url');
  const passkey: ApproverPasskey = {
    ...{ key_id: 'alice-passkey', purpose: 'approver', principal: 'alice', groups: ['release-managers'] },
    ...{ algorithm: 'webauthn-es256', public_key: encodeBase64(point), credential_id: credentialId },
    ...{ not_before: '2020-01-01T00:00:00.000Z', revoked_at: null },
    ...page,
    ...listed,
  };

  const assert = (signedBytes: string, said: Said = {}) => {
    const clientData = Buffer.from(
      JSON.stringify({
        type: 'webauthn.get',
        challenge: Buffer.from(passkeyChallenge(nodeCrypto, signedBytes)).toString('base64url'),
        origin: passkey.origins[0],
        crossOrigin: false,
        ...said.clientData,
      }),
    );
    return assertRaw(clientData, said);
  };
  const assertRaw = (clientData: Uint8Array, { rpId, flags = 0x05, counter = 0, extra }: Said = {}) => {
    const head = Buffer.alloc(37);
    createHash('sha256')
      .update(rpId ?? passkey.rp_id)
      .digest()
      .copy(head);
    head.writeUInt8(flags, 32);
    head.writeUInt32BE(counter, 33);
    const authenticatorData = Buffer.concat([head, extra ?? Buffer.alloc(0)]);
    const hash = createHash('sha256').update(clientData).digest();
    const der = sign('sha256', Buffer.concat([authenticatorData, hash]), privateKey);
    return {
      signature: encodeBase64(carriedSignature(der) ?? der),
      assertion: {
        authenticator_data: encodeBase64(authenticatorData),
        client_data_json: encodeBase64(clientData),
      },
    };
  };

  return {
    passkey,
    assert,
    assertRaw,
    approve: (claims: ApprovalClaims, said?: Said): Approval => ({
      ...claims,
      ...assert(approvalBytes(claims), said),
    }),
    order: (claims: OperatorCommandClaims, said?: Said): OperatorCommand => ({
      ...claims,
      ...assert(commandBytes(claims), said),
    }),
  };
}

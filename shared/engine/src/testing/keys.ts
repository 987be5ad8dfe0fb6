import type { Actor, KeyPurpose, Keyring, PublicKey } from '@marketops/contracts';
import { type HmacKey, type OpenKeyring, openKeyring, type SigningKey } from '@marketops/proof';
import {
  generateHmacKey,
  generateSigningKey,
  loadHmacKey,
  loadSigningKey,
  nodeCrypto,
} from '@marketops/proof/node';
import type { Signer } from '@marketops/store';

/** Every key of a system, in memory, made for one test. */
export interface TestKeys {
  readonly published: Keyring;
  readonly keyring: OpenKeyring;
  readonly hmac: { readonly keyId: string; readonly key: HmacKey };
  /** The private half of a service's key. */
  signing(actor: Actor, purpose?: KeyPurpose): { readonly keyId: string; readonly key: SigningKey };
  signer(actor: Actor): Signer;
}

const held: readonly (readonly [Actor, KeyPurpose])[] = [
  ['planner', 'actor'],
  ['federation', 'actor'],
  ['federation', 'mint'],
  ['publisher', 'actor'],
  ['ledger', 'actor'],
  ['ledger', 'acknowledgement'],
  ['console', 'actor'],
];

export function testKeys(): TestKeys {
  const privates = new Map<string, SigningKey>();
  const keys = held.map(([actor, purpose]): PublicKey => {
    const { privatePem, publicRawBase64 } = generateSigningKey();
    const key_id = `${actor}-${purpose}`;
    privates.set(key_id, loadSigningKey(privatePem));
    return {
      key_id,
      purpose,
      actor,
      algorithm: 'ed25519',
      public_key: publicRawBase64,
      not_before: '2020-01-01T00:00:00.000Z',
      revoked_at: null,
    };
  });
  const published: Keyring = { version: 1, environment: 'test', log_origin: 'marketops.test/log', keys };
  const signing: TestKeys['signing'] = (actor, purpose = 'actor') => {
    const keyId = `${actor}-${purpose}`;
    const key = privates.get(keyId);
    if (key === undefined) throw new RangeError(`no key ${keyId}`);
    return { keyId, key };
  };
  return {
    published,
    keyring: openKeyring(nodeCrypto, published),
    hmac: { keyId: 'receipt-hmac', key: loadHmacKey(generateHmacKey()) },
    signing,
    signer: (actor) => ({ actor, ...signing(actor) }),
  };
}

import type { Actor, ApproverKey, EvidenceKey, Keyring, ServiceKey } from '@marketops/contracts';
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
  signing(
    actor: Actor,
    purpose?: ServiceKey['purpose'],
  ): { readonly keyId: string; readonly key: SigningKey };
  signer(actor: Actor): Signer;
  /** The private half of somebody outside: `alice` and `bob` (release-managers), `carol` (no group), `ci` (evidence). */
  outside(name: OutsideName): { readonly keyId: string; readonly key: SigningKey };
}

export type OutsideName = 'alice' | 'bob' | 'carol' | 'ci';
const approvers = { alice: ['release-managers'], bob: ['release-managers'], carol: [] } as const;

const held: readonly (readonly [Actor, ServiceKey['purpose']])[] = [
  ['planner', 'actor'],
  ['federation', 'actor'],
  ['federation', 'mint'],
  ['publisher', 'actor'],
  ['ledger', 'actor'],
  ['ledger', 'acknowledgement'],
  ['ledger', 'checkpoint'],
  ['console', 'actor'],
];

export function testKeys(): TestKeys {
  const privates = new Map<string, SigningKey>();
  const generate = (key_id: string) => {
    const { privatePem, publicRawBase64 } = generateSigningKey();
    privates.set(key_id, loadSigningKey(privatePem));
    return {
      key_id,
      algorithm: 'ed25519' as const,
      public_key: publicRawBase64,
      not_before: '2020-01-01T00:00:00.000Z',
      revoked_at: null,
    };
  };
  const keys = [
    ...held.map(([actor, purpose]): ServiceKey => ({ ...generate(`${actor}-${purpose}`), purpose, actor })),
    ...Object.entries(approvers).map(
      ([principal, groups]): ApproverKey => ({
        ...generate(`${principal}-1`),
        purpose: 'approver',
        principal,
        groups: [...groups],
      }),
    ),
    {
      ...generate('ci-1'),
      purpose: 'evidence',
      issuer: 'ci',
      kinds: ['ci.result', 'risk.level'],
    } satisfies EvidenceKey,
  ];
  const published: Keyring = { version: 1, environment: 'test', log_origin: 'marketops.test/log', keys };
  const privateHalf = (keyId: string) => {
    const key = privates.get(keyId);
    if (key === undefined) throw new RangeError(`no key ${keyId}`);
    return { keyId, key };
  };
  const signing: TestKeys['signing'] = (actor, purpose = 'actor') => privateHalf(`${actor}-${purpose}`);
  return {
    published,
    keyring: openKeyring(nodeCrypto, published),
    hmac: { keyId: 'receipt-hmac', key: loadHmacKey(generateHmacKey()) },
    signing,
    signer: (actor) => ({ actor, ...signing(actor) }),
    outside: (name) => privateHalf(`${name}-1`),
  };
}

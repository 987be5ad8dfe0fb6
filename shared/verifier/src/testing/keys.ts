import type { Actor, Keyring, ServiceKey } from '@marketops/contracts';
import type { HmacKey, SigningKey } from '@marketops/proof';
import { generateHmacKey, generateSigningKey, loadHmacKey, loadSigningKey } from '@marketops/proof/node';

export const logOrigin = 'ledger.test/log';

export interface TestKey {
  readonly keyId: string;
  readonly key: SigningKey;
  readonly listed: ServiceKey;
}

/** Every key of one system, as whoever stole them all would hold them. */
export interface TestKeys {
  readonly actors: Readonly<Record<Actor, TestKey>>;
  readonly mint: TestKey;
  readonly ledger: TestKey;
  readonly hmac: HmacKey;
}

export function testKey(keyId: string, purpose: ServiceKey['purpose'], actor: Actor): TestKey {
  const pair = generateSigningKey();
  return {
    keyId,
    key: loadSigningKey(pair.privatePem),
    listed: {
      key_id: keyId,
      purpose,
      actor,
      algorithm: 'ed25519',
      public_key: pair.publicRawBase64,
      not_before: '2026-01-01T00:00:00.000Z',
      revoked_at: null,
    },
  };
}

export const createKeys = (): TestKeys => {
  const actorKey = (actor: Actor) => testKey(`${actor}-actor-1`, 'actor', actor);
  return {
    actors: {
      planner: actorKey('planner'),
      federation: actorKey('federation'),
      publisher: actorKey('publisher'),
      ledger: actorKey('ledger'),
      console: actorKey('console'),
      orchestrator: actorKey('orchestrator'),
    },
    mint: testKey('federation-mint-1', 'mint', 'federation'),
    ledger: testKey('ledger-acknowledgement-1', 'acknowledgement', 'ledger'),
    hmac: loadHmacKey(generateHmacKey()),
  };
};

/** The public halves; `revoked` says since when a key by this id is not valid. */
export const keyringOf = (
  { actors, mint, ledger }: TestKeys,
  revoked: Readonly<Record<string, string>> = {},
): Keyring => ({
  version: 1,
  environment: 'test',
  log_origin: logOrigin,
  keys: [...Object.values(actors), mint, ledger].map(({ listed }) => ({
    ...listed,
    revoked_at: revoked[listed.key_id] ?? null,
  })),
});

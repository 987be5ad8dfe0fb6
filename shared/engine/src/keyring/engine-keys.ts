import type { Actor } from '@marketops/contracts';
import type { HmacKey, MintSigner } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { SigningKeyName } from '../config/keys.js';
import type { Engine } from '../host.js';
import { openExternalSigner } from './external-signer.js';
import { holdHmacKeys, verifyingHmacKeys } from './hmac-keys.js';
import type { SigningFileKey } from './key-folder.js';
import { keyringEveryMs } from './live.js';
import { type CurrentKey, holdSigningKeys, openSigningKey } from './signing-key.js';

/** What only federation holds (laws F1, R2). Each is a snapshot: read once per receipt. */
export interface LiveMintKeys {
  /** @throws ConfigError (hold) where the key must not be signed with any longer */
  readonly signer: MintSigner;
  readonly hmac: { readonly keyId: string; readonly key: HmacKey };
}

/**
 * Opens the mint's keys, and follows them: a rotation needs no restart.
 * @throws ConfigError where one is missing, or must not be used
 */
export function openMintKeys(engine: Engine): LiveMintKeys {
  const { keyring, log } = engine;
  const signing = holdSigningKeys(engine, 'federation', 'mint');
  const hmac = holdHmacKeys(engine, 'receipt-hmac');
  const signers = new Map<string, MintSigner>();
  const open = (held: SigningFileKey): MintSigner => {
    if ('key' in held) return { keyId: held.keyId, sign: (bytes) => nodeCrypto.sign(held.key, bytes) };
    const publicKey = keyring.describe(held.keyId)?.public_key ?? '';
    const signer = openExternalSigner({ file: held.external, publicKey, env: process.env, log });
    engine.onStop(() => signer.close());
    return signer;
  };
  const signerOf = (held: SigningFileKey): MintSigner => {
    const signer = signers.get(held.keyId) ?? open(held);
    signers.set(held.keyId, signer);
    return signer;
  };
  signerOf(signing.current());
  hmac.current();
  follow(engine, 'mint', [signing, hmac]);
  return {
    get signer() {
      return signerOf(signing.current());
    },
    get hmac() {
      return hmac.current();
    },
  };
}

/**
 * A service's own signing key, to be asked for at each signature: a rotation needs no restart.
 * @throws ConfigError where it is missing, or must not be used
 */
export function openServiceKey(engine: Engine, actor: Actor, name: SigningKeyName): () => CurrentKey {
  const key = openSigningKey(engine, actor, name);
  follow(engine, name, [key]);
  return () => key.current();
}

/**
 * The secrets shared with federation, by key id, for the publisher: during a rotation it accepts both.
 * @throws ConfigError where one is missing, or must not be used
 */
export function openHmacKeys(engine: Engine): Pick<ReadonlyMap<string, HmacKey>, 'get'> {
  const keys = holdHmacKeys(engine, 'receipt-hmac');
  keys.current();
  follow(engine, 'receipt-hmac', [keys]);
  return verifyingHmacKeys(keys, engine.clock);
}

const follow = (engine: Engine, name: string, keys: readonly { refresh(): void }[]): void =>
  engine.every(keyringEveryMs, `${name} keys`, async () => {
    for (const one of keys) one.refresh();
    await Promise.resolve();
  });

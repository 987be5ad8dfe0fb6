import { join } from 'node:path';
import type { PublicKey } from '@marketops/contracts';
import {
  ConfigError,
  chooseKey,
  hmacKeysIn,
  hmacWindow,
  holderOf,
  type KeyWindow,
  type LoadedConfig,
  loadConfig,
} from '@marketops/engine';
import { formatVerifierKey } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { renderKeys, type ShownKey, shownKey } from '../render/keys.js';
import { sanitize } from '../sanitize.js';

export async function keysList({ output, env, configPath }: Invocation): Promise<number> {
  const loaded = loadConfig(configPath, env);
  const nowMs = Date.now();
  const { keys } = loaded.keyring;
  const listed = keys.map((key) => ({
    ...shownKey(key, stateOf(key, signingId(siblings(key, keys), nowMs), nowMs), nowMs),
    ...verifierKey(key, loaded.keyring.log_origin),
  }));
  const shared = sharedSecrets(loaded, nowMs);
  output.document({ keys: listed, shared_secrets: shared });
  renderKeys(output, [...listed, ...shared]);
  for (const { state, verifier_key: key } of listed)
    if (key !== undefined && state !== 'revoked')
      output.line(`verifier key of the public log: ${sanitize(key)}`);
  await Promise.resolve();
  return exitCodes.held;
}

/** As strangers and witnesses are given the key of checkpoints (c2sp.org/signed-note). */
const verifierKey = (key: PublicKey, name: string): { readonly verifier_key?: string } =>
  key.purpose === 'checkpoint'
    ? { verifier_key: formatVerifierKey(nodeCrypto, { name, publicKey: key.public_key }) }
    : {};

/** Keys among which the holder signs with one; what people hold they choose themselves. */
const siblings = (key: PublicKey, keys: readonly PublicKey[]): readonly PublicKey[] =>
  'actor' in key ? keys.filter((one) => one.purpose === key.purpose && holderOf(one) === key.actor) : [];

function signingId(keys: readonly KeyWindow[], nowMs: number): string | undefined {
  try {
    return chooseKey(keys, nowMs, 'key').key.key_id;
  } catch (fault) {
    if (fault instanceof ConfigError) return undefined;
    throw fault;
  }
}

function stateOf(key: KeyWindow, signing: string | undefined, nowMs: number): ShownKey['state'] {
  if (key.revoked_at !== null) return 'revoked';
  if (key.not_after !== undefined && nowMs >= Date.parse(key.not_after)) return 'expired';
  if (nowMs < Date.parse(key.not_before)) return 'not_yet';
  return key.key_id === signing ? 'signing' : 'valid';
}

/** Of federation's folder; none where it is on another machine, or cannot be read. */
function sharedSecrets({ dataDir }: LoadedConfig, nowMs: number): ShownKey[] {
  let windows: KeyWindow[];
  try {
    windows = hmacKeysIn(join(dataDir, 'keys', 'federation'), 'receipt-hmac').map(hmacWindow);
  } catch (fault) {
    if (fault instanceof ConfigError) return [];
    throw fault;
  }
  const signing = signingId(windows, nowMs);
  return windows.map((one) => ({
    key_id: one.key_id,
    purpose: 'receipt-hmac',
    holder: 'federation, publisher',
    not_before: one.not_before.startsWith('1970') ? null : one.not_before,
    not_after: one.not_after ?? null,
    revoked_at: null,
    state: stateOf(one, signing, nowMs),
    age_days: null,
  }));
}

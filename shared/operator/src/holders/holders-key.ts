import { existsSync, rmSync } from 'node:fs';
import { type ApproverKey, Base64, type EvidenceKey } from '@marketops/contracts';
import { editKeyring, keyringPath, type LoadedConfig } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { parsed } from '../arguments.js';
import { OperatorError } from '../errors.js';
import { type HolderKind, keyIdOf, keyPath, makeKeyFile, readHoldersKey } from './key-file.js';
import { withKey } from './keyring-changes.js';

/** Where the key comes from that is to be listed. */
export interface KeySource {
  readonly keyFile?: string | undefined;
  readonly publicKey?: string | undefined;
}

/** What the keyring says of every key of a holder. */
export type KeyBase = Pick<EvidenceKey, 'key_id' | 'algorithm' | 'public_key' | 'not_before' | 'revoked_at'>;

export interface Listed {
  readonly keyId: string;
  readonly publicKey: string;
  /** The file that holds the private half; undefined where only the public half was given. */
  readonly file: string | undefined;
  /** True where that file was made for it. */
  readonly made: boolean;
}

/**
 * Lists a holder's key in the keyring: the one whose public half is given, else the one of the holder's file, which is
 * made where there is none. Where the keyring cannot take it, the file made for it is taken back.
 * @param describe the entry that lists it, given what every entry says
 * @throws ConfigError, AuthorityError as `readHoldersKey` and `editKeyring`; OperatorError `usage_invalid`; DiskError
 */
export async function listKey(
  loaded: Pick<LoadedConfig, 'dataDir'>,
  env: NodeJS.ProcessEnv,
  whose: { readonly kind: HolderKind; readonly holder: string } & KeySource,
  describe: (base: KeyBase) => ApproverKey | EvidenceKey,
): Promise<Listed> {
  const key = sourceOf(env, whose);
  const base: KeyBase = {
    key_id: key.keyId,
    algorithm: 'ed25519',
    public_key: key.publicKey,
    not_before: new Date().toISOString(),
    revoked_at: null,
  };
  try {
    await editKeyring(keyringPath(loaded.dataDir), (ring) => withKey(ring, describe(base)));
  } catch (fault) {
    if (key.made && key.file !== undefined) rmSync(key.file, { force: true });
    throw fault;
  }
  return key;
}

function sourceOf(
  env: NodeJS.ProcessEnv,
  { kind, holder, keyFile, publicKey }: { readonly kind: HolderKind; readonly holder: string } & KeySource,
): Listed {
  if (publicKey !== undefined) {
    const raw = parsed(Base64, '--public-key', publicKey);
    nodeCrypto.importPublicKey(raw);
    return { keyId: keyIdOf(holder, raw), publicKey: raw, file: undefined, made: false };
  }
  const file = keyFile ?? keyPath(env, kind, holder);
  const made = !existsSync(file);
  const key = made ? makeKeyFile(kind, file, holder) : readHoldersKey(kind, file);
  if (key.holder !== holder) {
    throw new OperatorError('usage_invalid', `${file} holds a key of ${key.holder}, not of ${holder}`, {
      next: 'Name another file with --key-file, or the one whose key it is.',
    });
  }
  return { keyId: key.keyId, publicKey: key.publicKey, file, made };
}

import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { PrincipalId } from '@marketops/contracts';
import {
  fromEnvironment,
  makeFolder,
  readKeyFile,
  SigningKeyFile,
  signingKeyOf,
  writeNewFile,
} from '@marketops/engine';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import { AuthorityError } from '../approvals/errors.js';
import type { HeldKey } from './listed-key.js';

/** Who a key of somebody outside the system belongs to: a person who approves, or an issuer of evidence. */
export type HolderKind = 'approver' | 'issuer';

const ApproverFile = SigningKeyFile.extend({ principal: PrincipalId });
const IssuerFile = SigningKeyFile.extend({ issuer: PrincipalId });

/** A key file as services have them, and whose it is. */
function parts(kind: HolderKind, value: unknown): { readonly holder: string; readonly file: object } {
  if (kind === 'approver') {
    const { principal, ...file } = ApproverFile.parse(value);
    return { holder: principal, file };
  }
  const { issuer, ...file } = IssuerFile.parse(value);
  return { holder: issuer, file };
}

/** A private key read from its holder's own file. */
export interface HoldersKey extends HeldKey {
  readonly holder: string;
  /** The raw 32 bytes in base64, as the keyring lists them. */
  readonly publicKey: string;
}

/** Where keys are kept that belong to people and not to the system: `marketops/keys` in XDG_CONFIG_HOME, else in ~/.config. */
export function keysFolder(env: NodeJS.ProcessEnv, kind: HolderKind): string {
  const base =
    fromEnvironment(env, 'XDG_CONFIG_HOME') ?? join(fromEnvironment(env, 'HOME') ?? homedir(), '.config');
  return join(base, 'marketops', kind === 'approver' ? 'keys' : 'issuer-keys');
}

export const keyPath = (env: NodeJS.ProcessEnv, kind: HolderKind, holder: string): string =>
  join(keysFolder(env, kind), `${holder}.json`);

/** The same key has the same id wherever it is listed. */
export const keyIdOf = (holder: string, publicKey: string): string =>
  `${holder.slice(0, 55)}-${nodeCrypto.sha256Hex(Buffer.from(publicKey, 'base64')).slice(0, 8)}`;

/**
 * Reads a holder's key file.
 * @throws ConfigError `key_missing`, `key_exposed` (others could read it), `key_outside`, `key_invalid`, `key_weak`
 */
export function readHoldersKey(kind: HolderKind, path: string): HoldersKey {
  return readKeyFile(
    path,
    (value) => {
      const { holder, file } = parts(kind, value);
      return { holder, ...signingKeyOf(file, path) };
    },
    {
      missing: `Name the file of your key, or have one made: marketops ${kind} add.`,
      invalid: `Restore the file, or have a new key made: marketops ${kind} add … --key-file <another file>.`,
    },
  );
}

/**
 * Makes a key and writes its private half, readable by its owner alone. It is never shown, and never overwrites a file.
 * @throws AuthorityError `key_file_exists`; DiskError
 */
export function makeKeyFile(kind: HolderKind, path: string, holder: string): HoldersKey {
  const { privatePem, publicRawBase64: publicKey } = generateSigningKey();
  const keyId = keyIdOf(holder, publicKey);
  const file = {
    key_id: keyId,
    algorithm: 'ed25519',
    private_key: privatePem,
    [kind === 'approver' ? 'principal' : 'issuer']: holder,
  };
  makeFolder(dirname(path), 0o700);
  if (!writeNewFile(path, `${JSON.stringify(file)}\n`, 0o600)) {
    throw new AuthorityError('key_file_exists', `${path} is there already`, {
      next: 'Key files are never overwritten. Name another with --key-file.',
    });
  }
  return { holder, keyId, publicKey, key: loadSigningKey(privatePem) };
}

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Actor, Keyring, ServiceKey } from '@marketops/contracts';
import { generateSigningKey } from '@marketops/proof/node';
import { stringify } from 'yaml';
import { ConfigError } from '../errors.js';
import { allOrNone, type Made } from '../files/all-or-none.js';
import { asDiskError } from '../files/errors.js';
import { makeFolder, writeNewFile } from '../files/write-whole.js';
import { redisAclPath, writeRedisUsers } from '../redis-users/passwords.js';
import { MarketOpsConfig } from './schema.js';

export interface InitOptions {
  readonly configPath: string;
  /** What goes into marketops.yml; defaults are filled in by the schema when it is read. */
  readonly config: unknown;
  /** The file's text where it shall hold more than the bare values, such as comments; it must say what `config` says. */
  readonly text?: string;
  readonly now: Date;
}

const signing: readonly { service: Actor; name: string; purpose: ServiceKey['purpose'] }[] = [
  { service: 'planner', name: 'actor', purpose: 'actor' },
  { service: 'federation', name: 'actor', purpose: 'actor' },
  { service: 'federation', name: 'mint', purpose: 'mint' },
  { service: 'publisher', name: 'actor', purpose: 'actor' },
  { service: 'ledger', name: 'actor', purpose: 'actor' },
  { service: 'console', name: 'actor', purpose: 'actor' },
  { service: 'ledger', name: 'acknowledgement', purpose: 'acknowledgement' },
  { service: 'ledger', name: 'checkpoint', purpose: 'checkpoint' },
];

export interface Initialized {
  readonly dataDir: string;
  readonly keyring: Keyring;
}

/**
 * Writes `marketops.yml`, a folder of keys per service (files 0600, folders 0700), the Redis users and the public
 * `keyring.json`; where one of them cannot be written, none stays.
 * Private halves are written once and never shown.
 * @param also what else belongs to it
 * @throws ConfigError `config_exists` when anything is there already: keys are never overwritten; DiskError
 */
export const initialize = (
  options: InitOptions,
  also: (made: Made, initialized: Initialized) => void = () => undefined,
): Initialized =>
  allOrNone((made) => {
    const initialized = makeInstallation(options, made);
    also(made, initialized);
    return initialized;
  });

function makeInstallation({ configPath, config, text, now }: InitOptions, made: Made): Initialized {
  const path = resolve(configPath);
  const dataDir = join(dirname(path), '.marketops');
  const keysDir = join(dataDir, 'keys');
  const keyringFile = join(dataDir, 'keyring.json');
  for (const present of [path, keyringFile, keysDir]) if (existsSync(present)) throw isThere(present);
  const parsed = MarketOpsConfig.parse(config);
  makeFolder(dataDir, 0o700, made);
  claimFolder(keysDir, made);
  const suffix = randomBytes(4).toString('hex');
  const publicKeys = signing.map(({ service, name, purpose }): ServiceKey => {
    const keyId = `${service}-${purpose}-${suffix}`;
    const { privatePem, publicRawBase64 } = generateSigningKey();
    writeSecret(dataDir, service, name, { key_id: keyId, algorithm: 'ed25519', private_key: privatePem });
    return {
      key_id: keyId,
      purpose,
      actor: service,
      algorithm: 'ed25519',
      public_key: publicRawBase64,
      not_before: now.toISOString(),
      revoked_at: null,
    };
  });
  const shared = {
    key_id: `receipt-hmac-${suffix}`,
    algorithm: 'hmac-sha256',
    secret: randomBytes(32).toString('base64'),
  };
  writeSecret(dataDir, 'federation', 'receipt-hmac', shared);
  writeSecret(dataDir, 'publisher', 'receipt-hmac', shared);
  writeSecret(dataDir, 'publisher', 'marker', {
    key_id: `marker-${suffix}`,
    algorithm: 'hmac-sha256',
    secret: randomBytes(32).toString('base64'),
  });
  const acl = redisAclPath(dataDir);
  if (!existsSync(acl)) made(acl);
  writeRedisUsers(dataDir, Object.keys(parsed.principals));
  const keyring: Keyring = {
    version: 1,
    environment: parsed.environment,
    log_origin: parsed.log_origin,
    keys: publicKeys,
  };
  writePublic(keyringFile, `${JSON.stringify(keyring, null, 2)}\n`, made);
  writePublic(path, text ?? stringify(config), made);
  return { dataDir, keyring };
}

const isThere = (path: string): ConfigError =>
  new ConfigError('config_exists', `${path} is there already`, {
    next: 'Keys are never overwritten. Choose another folder, or move this one away.',
  });

/** Of two that begin at once, one makes the folder of the keys, and all that is in it. */
function claimFolder(path: string, made: Made): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(path);
    throw asDiskError(fault, path);
  }
  made(path);
}

function writePublic(path: string, text: string, made: Made): void {
  if (!writeNewFile(path, text, 0o644)) throw isThere(path);
  made(path);
}

function writeSecret(dataDir: string, service: string, name: string, value: unknown): void {
  const folder = join(dataDir, 'keys', service);
  makeFolder(folder, 0o700);
  const path = join(folder, `${name}.json`);
  if (!writeNewFile(path, `${JSON.stringify(value)}\n`, 0o600)) throw isThere(path);
}

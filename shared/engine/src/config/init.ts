import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Actor, Keyring, ServiceKey } from '@marketops/contracts';
import { generateSigningKey } from '@marketops/proof/node';
import { stringify } from 'yaml';
import { ConfigError } from '../errors.js';
import { writeRedisUsers } from '../redis-users/passwords.js';
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
];

/**
 * Writes `marketops.yml`, a folder of keys per service (files 0600, folders 0700), the Redis users and the public
 * `keyring.json`.
 * Private halves are written once and never shown.
 * @throws ConfigError `config_exists` when anything is there already: keys are never overwritten.
 */
export function initialize({ configPath, config, text, now }: InitOptions): {
  dataDir: string;
  keyring: Keyring;
} {
  const path = resolve(configPath);
  const dataDir = join(dirname(path), '.marketops');
  for (const present of [path, join(dataDir, 'keyring.json'), join(dataDir, 'keys')]) {
    if (existsSync(present)) {
      throw new ConfigError('config_exists', `${present} is there already`, {
        next: 'Keys are never overwritten. Choose another folder, or move this one away.',
      });
    }
  }
  const parsed = MarketOpsConfig.parse(config);
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
  writeRedisUsers(dataDir, Object.keys(parsed.principals));
  const keyring: Keyring = {
    version: 1,
    environment: parsed.environment,
    log_origin: parsed.log_origin,
    keys: publicKeys,
  };
  writeFileSync(join(dataDir, 'keyring.json'), `${JSON.stringify(keyring, null, 2)}\n`, {
    mode: 0o644,
    flag: 'wx',
  });
  writeFileSync(path, text ?? stringify(config), { mode: 0o644, flag: 'wx' });
  return { dataDir, keyring };
}

function writeSecret(dataDir: string, service: string, name: string, value: unknown): void {
  const folder = join(dataDir, 'keys', service);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(value)}\n`, { mode: 0o600, flag: 'wx' });
}

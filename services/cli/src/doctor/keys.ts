import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import {
  ConfigError,
  inspectKeys,
  isLeftOut,
  keyringPath,
  readKeyring,
  type Settings,
} from '@marketops/engine';
import { plural } from '@marketops/operator/words';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { serviceNames } from '../processes/names.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Who has a folder of keys. */
export const keyHolders = [...serviceNames, 'console'] as const;

/** The keyring where it can be read, and what is wrong with it. */
export interface SeenKeyring {
  /** Undefined where it cannot be read: then what needs it is not looked at. */
  readonly keyring: Keyring | undefined;
  readonly findings: readonly Finding[];
}

export function lookAtKeyring({ dataDir, config }: Settings): SeenKeyring {
  let keyring: Keyring;
  try {
    keyring = readKeyring(keyringPath(dataDir));
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault;
    const places = fault.faults.map(({ path, message }) => `${path} ${message}`);
    const detail = [`${fault.code}: ${fault.message}`, ...places.slice(0, 5)].join('; ');
    const next = `${fault.next} No service starts without it; what needs it was not looked at here: which keys count, and signed events.`;
    return { keyring: undefined, findings: [fail('keyring', detail, next)] };
  }
  if (keyring.environment === config.environment && keyring.log_origin === config.log_origin)
    return { keyring, findings: [] };
  const next = 'Make them agree again, or run marketops init in another folder.';
  return { keyring, findings: [fail('config', 'keyring.json is of another environment or log', next)] };
}

/** Every service's private keys, as the service itself looks at them before it starts. */
export function keyFindings(
  { dataDir }: Pick<Settings, 'dataDir'>,
  published: Keyring | undefined,
): Finding[] {
  const keyring = published === undefined ? undefined : openKeyring(nodeCrypto, published);
  const nowMs = Date.now();
  const problems: Finding[] = [];
  let files = 0;
  for (const service of keyHolders) {
    const keysDir = join(dataDir, 'keys', service);
    const faults = inspectKeys({ keysDir, service, keyring, nowMs });
    problems.push(...faults.map(({ code, message, next }) => fail('keys', `${code}: ${message}`, next)));
    if (faults.length === 0) files += readdirSync(keysDir).filter((name) => name.endsWith('.json')).length;
  }
  if (problems.length > 0) return problems;
  const fine = ok(
    'keys',
    `${plural(files, 'key file')}, readable by you alone (by all services you run, too)`,
  );
  if (!isLeftOut(join(dataDir, 'keys', 'ledger'), 'checkpoint')) return [fine];
  const next = 'marketops keys generate ledger checkpoint; then restart the ledger.';
  return [fine, warn('keys', 'the ledger has no checkpoint key: it publishes no log for strangers', next)];
}

import { readdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import {
  inspectKeys,
  keyringLockHolder,
  keyringLockPath,
  keyringPath,
  type LoadedConfig,
} from '@marketops/engine';
import { PolicyError } from '@marketops/policy';
import { loadPolicyDirectory } from '@marketops/policy/node';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { serviceNames } from '../processes/names.js';
import { configuredPolicies } from '../reading/policy-folder.js';
import { bytes, plural, shortDigest } from '../render/words.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** The configuration as a whole, and what the schema cannot see in it. */
export function configFindings({ config, configPath, dataDir, root, keyring }: LoadedConfig): Finding[] {
  const findings: Finding[] = [];
  const principals = Object.keys(config.principals);
  findings.push(
    ok(
      'config',
      `${configPath}: ${plural(principals.length, 'principal')}, ${plural(Object.keys(config.accounts).length, 'account')}`,
    ),
  );
  if (keyring.environment !== config.environment || keyring.log_origin !== config.log_origin) {
    const next = 'Make them agree again, or run marketops init in another folder.';
    findings.push(fail('config', 'keyring.json is of another environment or log', next));
  }
  for (const [name, { artifacts_root: artifacts }] of Object.entries(config.principals)) {
    if (artifacts === undefined || !contains(resolve(root, artifacts), dataDir)) continue;
    const what = `principal ${name} may name files in ${artifacts}, and ${dataDir} with its keys lies below it`;
    findings.push(fail('config', what, 'Give it an artifacts_root with nothing but artifacts in it.'));
  }
  if (Object.keys(config.accounts).length === 0)
    findings.push(warn('config', 'nothing may be done: there are no accounts', 'Add them to marketops.yml.'));
  findings.push(policyFinding(configuredPolicies({ config, root })));
  return [...findings, ...interruptedChanges(dataDir)];
}

/** What a command that died while it changed keys has left: it blocks the next change, or is a key that nobody uses. */
function interruptedChanges(dataDir: string): Finding[] {
  const keyring = keyringPath(dataDir);
  const holder = keyringLockHolder(keyring);
  const findings: Finding[] = [];
  if (holder !== undefined && !holder.lives) {
    const what = `keyring.json is locked by process ${holder.pid}, which is gone: no key can be changed`;
    findings.push(fail('keys', what, `Remove ${keyringLockPath(keyring)}, and repeat what was interrupted.`));
  }
  const drafts = serviceNames.flatMap((service) => draftsIn(join(dataDir, 'keys', service)));
  if (drafts.length > 0) {
    const what = `an interrupted rotation left ${drafts.join(', ')}: a private half that no service uses`;
    findings.push(warn('keys', what, 'Repeat the rotation (marketops keys rotate), then remove the draft.'));
  }
  return findings;
}

function draftsIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => (name.includes('.draft') ? [join(folder, name)] : []));
  } catch {
    // A folder that is not there is told of by its keys.
    return [];
  }
}

/** Without policies that can be taken into force, federation does not start. */
function policyFinding(folder: string): Finding {
  try {
    const { digest, policies } = loadPolicyDirectory(folder);
    return ok('policies', `${folder}: ${policies.length} in force, digest ${shortDigest(digest)}`);
  } catch (fault) {
    if (!(fault instanceof PolicyError)) throw fault;
    return fail('policies', `${folder}: ${fault.message}`, fault.next);
  }
}

const contains = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

/** Every service's private keys, as the service itself looks at them before it starts. */
export function keyFindings({ dataDir, keyring: published }: LoadedConfig): Finding[] {
  const keyring = openKeyring(nodeCrypto, published);
  const nowMs = Date.now();
  const problems: Finding[] = [];
  let files = 0;
  for (const service of [...serviceNames, 'console' as const]) {
    const keysDir = join(dataDir, 'keys', service);
    const faults = inspectKeys({ keysDir, service, keyring, nowMs });
    problems.push(...faults.map(({ code, message, next }) => fail('keys', `${code}: ${message}`, next)));
    if (faults.length === 0) files += readdirSync(keysDir).filter((name) => name.endsWith('.json')).length;
  }
  if (problems.length > 0) return problems;
  return [ok('keys', `${plural(files, 'key file')}, readable by you alone (by all services you run, too)`)];
}

const spaceWarnBytes = 2 * 1_024 ** 3;
const spaceFailBytes = 256 * 1_024 ** 2;

/** The ledger stops rather than lose anything when its disk is full. */
export async function diskFinding({ dataDir }: LoadedConfig): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const detail = `${bytes(free)} free for ${dataDir}`;
  if (free < spaceFailBytes)
    return fail('disk', detail, 'Make room now: a full disk stops the ledger, and with it every effect.');
  if (free < spaceWarnBytes) return warn('disk', detail, 'Make room before it stops the ledger.');
  return ok('disk', detail);
}

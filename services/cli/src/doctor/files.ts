import { statfs } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import type { Settings } from '@marketops/engine';
import { configuredPolicies } from '@marketops/operator/policy';
import { bytes, plural, shortDigest } from '@marketops/operator/words';
import { knownNames, PolicyError } from '@marketops/policy';
import { loadPolicyDirectory } from '@marketops/policy/node';
import { type Finding, fail, ok, warn } from './finding.js';

/** The configuration as a whole, and what the schema cannot see in it. */
export function configFindings(
  { config, configPath, dataDir, root }: Settings,
  keyring: Keyring | undefined,
): Finding[] {
  const findings: Finding[] = [];
  const principals = Object.keys(config.principals);
  findings.push(
    ok(
      'config',
      `${configPath}: ${plural(principals.length, 'principal')}, ${plural(Object.keys(config.accounts).length, 'account')}`,
    ),
  );
  for (const [name, { artifacts_root: artifacts }] of Object.entries(config.principals)) {
    if (artifacts === undefined || !contains(resolve(root, artifacts), dataDir)) continue;
    const what = `principal ${name} may name files in ${artifacts}, and ${dataDir} with its keys lies below it`;
    findings.push(fail('config', what, 'Give it an artifacts_root with nothing but artifacts in it.'));
  }
  if (Object.keys(config.accounts).length === 0)
    findings.push(warn('config', 'nothing may be done: there are no accounts', 'Add them to marketops.yml.'));
  findings.push(policyFinding(configuredPolicies({ config, root }), config, keyring));
  return findings;
}

/** Without policies that can be taken into force, federation does not start. */
function policyFinding(
  folder: string,
  { principals }: Settings['config'],
  keyring: Keyring | undefined,
): Finding {
  // Without a keyring nobody can tell which groups there are; the keyring's own finding says what is wrong with it.
  const known = keyring === undefined ? undefined : knownNames(principals, keyring.keys);
  try {
    const { digest, policies } = loadPolicyDirectory(folder, known);
    return ok('policies', `${folder}: ${policies.length} in force, digest ${shortDigest(digest)}`);
  } catch (fault) {
    if (!(fault instanceof PolicyError)) throw fault;
    return fail('policies', `${folder}: ${fault.message}`, fault.next);
  }
}

const contains = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

const spaceWarnBytes = 2 * 1_024 ** 3;
const spaceFailBytes = 256 * 1_024 ** 2;

/** The ledger stops rather than lose anything when its disk is full. */
export async function diskFinding({ dataDir }: Pick<Settings, 'dataDir'>): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const detail = `${bytes(free)} free for ${dataDir}`;
  if (free < spaceFailBytes)
    return fail('disk', detail, 'Make room now: a full disk stops the ledger, and with it every effect.');
  if (free < spaceWarnBytes) return warn('disk', detail, 'Make room before it stops the ledger.');
  return ok('disk', detail);
}

import { lstatSync, readdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { LoadedConfig } from '@marketops/engine';
import { serviceNames } from '../processes/names.js';
import { bytes, plural } from '../render/words.js';
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
  const denied = Object.keys(config.accounts).length === 0 || Object.keys(config.policy).length === 0;
  if (denied)
    findings.push(
      warn('config', 'nothing may be done: no accounts, or no policy', 'Add them to marketops.yml.'),
    );
  return findings;
}

const contains = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

/** Every service's private keys: there, and readable by their owner alone. */
export function keyFindings({ dataDir }: LoadedConfig): Finding[] {
  const problems: Finding[] = [];
  let files = 0;
  for (const service of serviceNames) {
    const folder = join(dataDir, 'keys', service);
    try {
      problems.push(...exposed(folder, 'folder'));
      const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
      files += names.length;
      if (!names.includes('actor.json')) problems.push(missing(join(folder, 'actor.json')));
      for (const name of names) problems.push(...exposed(join(folder, name), 'key'));
    } catch {
      problems.push(missing(folder));
    }
  }
  if (problems.length > 0) return problems;
  return [ok('keys', `${plural(files, 'key file')}, readable by you alone (by all services you run, too)`)];
}

function exposed(path: string, what: string): Finding[] {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) {
    return [
      warn(
        'keys',
        `${path} is a symbolic link`,
        'Put the file itself there: what it leads to was not looked at.',
      ),
    ];
  }
  if ((stats.mode & 0o077) === 0) return [];
  const mode = stats.isDirectory() ? '700' : '600';
  return [
    fail(
      'keys',
      `the ${what} ${path} can be read by others`,
      `chmod ${mode} ${path}; make new keys if others had access.`,
    ),
  ];
}

const missing = (path: string): Finding =>
  fail('keys', `${path} is missing`, 'Restore it, or run marketops init in a new folder.');

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

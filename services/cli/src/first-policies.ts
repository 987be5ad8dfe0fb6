import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Made, type MarketOpsConfig, makeFolder, writeNewFile } from '@marketops/engine';
import { openPolicies } from '@marketops/policy';
import { nodeCrypto } from '@marketops/proof/node';
import { firstPolicies } from './policy-text.js';

/**
 * Writes the first policies into the folder that marketops.yml names. Policies that are there already stay as they are.
 * @returns the folder
 * @throws PolicyError before anything is written, where these repositories make no policies; DiskError
 */
export function writeFirstPolicies(
  configPath: string,
  config: Pick<MarketOpsConfig, 'policies'>,
  repositories: readonly string[],
  made: Made,
): string {
  const folder = resolve(dirname(configPath), config.policies);
  const present = existsSync(folder) ? readdirSync(folder) : [];
  if (present.some((name) => name.endsWith('.cedar'))) return folder;
  const files = Object.entries(firstPolicies(repositories));
  openPolicies(nodeCrypto, Object.fromEntries(files.filter(([name]) => name.endsWith('.cedar'))));
  makeFolder(folder, undefined, made);
  for (const [name, text] of files.filter(([name]) => !present.includes(name))) {
    const path = join(folder, name);
    if (writeNewFile(path, text, 0o644)) made(path);
  }
  return folder;
}

import { resolve } from 'node:path';
import { ConfigError, type LoadedConfig, loadConfig } from '@marketops/engine';
import { type KnownNames, knownNames, type PolicyCase, type PolicySet, readCases } from '@marketops/policy';
import { loadPolicyDirectory, readPolicyTests } from '@marketops/policy/node';
import type { SystemPlace } from '../system/place.js';

/** The folder of policies that marketops.yml names. */
export const configuredPolicies = ({ root, config }: Pick<LoadedConfig, 'root' | 'config'>): string =>
  resolve(root, config.policies);

/** The folder that was named, else the configured one: only then is there need of a marketops.yml. */
export const policiesAt = ({ configPath, env }: SystemPlace, named: string | undefined): string =>
  named === undefined ? configuredPolicies(loadConfig(configPath, env)) : resolve(named);

/**
 * The names of this system, as federation holds policies against them.
 * @returns undefined where a folder was named and there is no system to ask
 */
export function systemNames(
  { configPath, env }: SystemPlace,
  named: string | undefined,
): KnownNames | undefined {
  try {
    const { config, keyring } = loadConfig(configPath, env);
    return knownNames(config.principals, keyring.keys);
  } catch (fault) {
    if (named !== undefined && fault instanceof ConfigError && fault.code === 'config_missing')
      return undefined;
    throw fault;
  }
}

/** Policies with the cases beside them. */
export interface TestedPolicies {
  readonly folder: string;
  readonly set: PolicySet;
  readonly cases: readonly PolicyCase[];
}

/** @throws PolicyError where either cannot be read */
export const openTested = (folder: string): TestedPolicies => ({
  folder,
  set: loadPolicyDirectory(folder),
  cases: readCases(readPolicyTests(folder)),
});

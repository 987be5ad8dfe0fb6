import { resolve } from 'node:path';
import {
  checkedGitHubUrl,
  defaultTokens,
  fromEnvironment,
  type MarketOpsConfig,
  readSecret,
  secretPlace,
  secretsOf,
  uploadUrlFor,
} from '@marketops/engine';
import { CliError } from '../errors.js';
import type { GitHubAccess, TokenSource } from './environment.js';

/** Where an account names nothing of its own: GITHUB_TOKEN and GITHUB_READ_TOKEN. */
const plain = { accounts: { any: {} } };

/**
 * GitHub as the environment names it, or undefined where it names none. Each service is passed what marketops.yml names for it,
 * because the planner must not hold what can write (law F4): the publisher's is never passed on to it.
 * @throws CliError `github_token_missing` when only a part is set: half a setting is a mistake, not a wish to simulate.
 * @throws ConfigError for a URL or a file that cannot be used
 */
export function githubFromEnvironment(
  env: NodeJS.ProcessEnv = process.env,
  config: Pick<MarketOpsConfig, 'accounts'> = plain,
): GitHubAccess | undefined {
  const api = fromEnvironment(env, 'GITHUB_API_URL');
  if (api === undefined) return undefined;
  const apiUrl = checkedGitHubUrl(api, 'api', 'GITHUB_API_URL');
  const upload = fromEnvironment(env, 'GITHUB_UPLOAD_URL');
  const uploadUrl =
    upload === undefined ? uploadUrlFor(apiUrl) : checkedGitHubUrl(upload, 'upload', 'GITHUB_UPLOAD_URL');
  const publisher = sourcesOf(secretsOf(config, 'publisher'), env);
  const planner = sourcesOf(secretsOf(config, 'planner'), env);
  // Not needed by any account, and good for the forks of others.
  const readToken = planner.default ?? sourceOf(env, defaultTokens.planner);
  return {
    ...{ apiUrl, uploadUrl },
    ...(readToken === undefined ? {} : { readToken }),
    ...(publisher.default === undefined ? {} : { writeToken: publisher.default }),
    ...(Object.keys({ ...planner.named, ...publisher.named }).length === 0
      ? {}
      : { secrets: { planner: planner.named, publisher: publisher.named } }),
  };
}

interface Sources {
  readonly default: TokenSource | undefined;
  readonly named: Readonly<Record<string, TokenSource>>;
}

function sourcesOf(names: readonly string[], env: NodeJS.ProcessEnv): Sources {
  const defaults: readonly string[] = Object.values(defaultTokens);
  const sources = names.map((name) => {
    const source = sourceOf(env, name);
    if (source === undefined) throw missing(name);
    return { name, source };
  });
  return {
    default: sources.find(({ name }) => defaults.includes(name))?.source,
    named: Object.fromEntries(
      sources.flatMap(({ name, source }) => (defaults.includes(name) ? [] : [[name, source] as const])),
    ),
  };
}

const missing = (name: string): CliError =>
  new CliError('github_token_missing', `GitHub is to be entered, and ${name} is not set`, {
    next: `Set ${name}_FILE, or ${name} (${defaultTokens.publisher} writes, for the publisher alone; ${defaultTokens.planner} reads, for the planner); marketops dev simulates GitHub where GITHUB_API_URL is unset.`,
  });

/** Read, so that a missing one is told now; but a file is passed on as a file. Services have another working directory. */
function sourceOf(env: NodeJS.ProcessEnv, name: string): TokenSource | undefined {
  const value = readSecret(env, name);
  if (value === undefined) return undefined;
  const file = secretPlace(env, name)?.file;
  return file === undefined ? { value } : { file: resolve(file) };
}

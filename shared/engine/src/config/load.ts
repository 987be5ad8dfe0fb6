import { dirname, resolve } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import { parseDocument } from 'yaml';
import { ConfigError } from '../errors.js';
import { defaultTuning, type QueueTuning } from '../queue-config.js';
import { withConsoleAddress } from './console-address.js';
import { fromEnvironment } from './environment.js';
import { checkedGitHubUrl, uploadUrlFor } from './github-urls.js';
import { keyringPath, readKeyring } from './keyring-file.js';
import { parseWith } from './parse-with.js';
import { readConfigText } from './read-config-text.js';
import { redisUrlFrom } from './redis-url.js';
import { MarketOpsConfig } from './schema.js';
import { refuseSecretsIn } from './secrets-in-text.js';

/** What `marketops.yml` says, with its files' places resolved. */
export interface Settings {
  readonly config: MarketOpsConfig;
  readonly configPath: string;
  /** The folder of marketops.yml; relative paths in it begin here. */
  readonly root: string;
  readonly dataDir: string;
  readonly redisUrl: string;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly uploadUrl: string;
  readonly tuning: QueueTuning;
}

/** The settings with the keyring beside the data. */
export interface LoadedConfig extends Settings {
  readonly keyring: Keyring;
}

/**
 * Reads `marketops.yml` and the keyring beside its data.
 * @throws ConfigError with every fault of the file at once.
 */
export function loadConfig(path: string, env: NodeJS.ProcessEnv = process.env): LoadedConfig {
  const settings = loadSettings(path, env);
  return { ...settings, keyring: readKeyring(keyringPath(settings.dataDir)) };
}

/** The same without the keyring, for whoever says what is wrong with that. @throws ConfigError */
export function loadSettings(path: string, env: NodeJS.ProcessEnv): Settings {
  const configPath = resolve(path);
  const config = withConsoleAddress(parseWith(MarketOpsConfig, readYaml(configPath), configPath), env);
  const root = dirname(configPath);
  const dataDir = resolve(root, fromEnvironment(env, 'MARKETOPS_DATA_DIR') ?? '.marketops');
  const { timing } = config;
  return {
    config,
    configPath,
    root,
    dataDir,
    redisUrl: redisUrlFrom(env, config.redis_url),
    ...githubUrls(config, env),
    tuning: {
      ...defaultTuning,
      concurrency: config.concurrency,
      lockMs: timing.lock_ms,
      backoffMs: timing.backoff_ms,
      holdMs: timing.hold_ms,
      relayAfterMs: timing.relay_after_ms,
      runDeadlineMs: timing.run_deadline_ms,
      sweepEveryMs: timing.sweep_every_ms,
    },
  };
}

/** The environment stands over the file, and another API over the file's place for uploads. */
function githubUrls(
  { github }: MarketOpsConfig,
  env: NodeJS.ProcessEnv,
): Pick<Settings, 'apiUrl' | 'uploadUrl'> {
  const [api, upload] = ['GITHUB_API_URL', 'GITHUB_UPLOAD_URL'].map((name) => fromEnvironment(env, name));
  const apiUrl = checkedGitHubUrl(api ?? github.api_url, 'api', 'GITHUB_API_URL');
  const named = upload ?? (api === undefined ? github.upload_url : undefined);
  const uploadUrl =
    named === undefined ? uploadUrlFor(apiUrl) : checkedGitHubUrl(named, 'upload', 'GITHUB_UPLOAD_URL');
  return { apiUrl, uploadUrl };
}

/** YAML, and JSON with it, from a file of bounded size; duplicate keys and runaway aliases are faults. */
function readYaml(path: string): unknown {
  const text = readConfigText(path, 'Name a file of at most 1 MiB with --config.');
  // First of all: what says that the YAML is wrong quotes it.
  refuseSecretsIn(text, path);
  const document = parseDocument(text, { uniqueKeys: true, strict: true });
  if (document.errors.length > 0) {
    throw new ConfigError('config_invalid', `${path} is not valid YAML`, {
      next: 'Correct the file at the places named.',
      faults: document.errors.map((error) => ({
        path: `line ${error.linePos?.[0].line ?? '?'}`,
        message: error.message,
      })),
    });
  }
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    // An alias without its anchor, or a handful of aliases that would unfold to gigabytes.
    throw new ConfigError('config_invalid', `${path} has aliases that cannot be resolved`, {
      next: 'Write the values out instead of naming them by alias.',
      cause,
    });
  }
}

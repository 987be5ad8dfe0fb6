import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Keyring, limits } from '@marketops/contracts';
import { parseDocument } from 'yaml';
import { ConfigError } from '../errors.js';
import { defaultTuning, type QueueTuning } from '../queue-config.js';
import { fromEnvironment } from './environment.js';
import { keyringPath, readKeyring } from './keyring-file.js';
import { parseWith } from './parse-with.js';
import { redisUrlFrom } from './redis-url.js';
import { MarketOpsConfig } from './schema.js';

/** The configuration with its files' places resolved. */
export interface LoadedConfig {
  readonly config: MarketOpsConfig;
  readonly configPath: string;
  /** The folder of marketops.yml; relative paths in it begin here. */
  readonly root: string;
  readonly dataDir: string;
  readonly keyring: Keyring;
  readonly redisUrl: string;
  readonly apiUrl: string;
  readonly uploadUrl: string | undefined;
  readonly tuning: QueueTuning;
}

/**
 * Reads `marketops.yml` and the keyring beside its data.
 * @throws ConfigError with every fault of the file at once.
 */
export function loadConfig(path: string, env: NodeJS.ProcessEnv = process.env): LoadedConfig {
  const configPath = resolve(path);
  const config = parseWith(MarketOpsConfig, readYaml(configPath), configPath);
  const root = dirname(configPath);
  const dataDir = resolve(root, fromEnvironment(env, 'MARKETOPS_DATA_DIR') ?? '.marketops');
  const { timing } = config;
  return {
    config,
    configPath,
    root,
    dataDir,
    keyring: readKeyring(keyringPath(dataDir)),
    redisUrl: redisUrlFrom(env, config.redis_url),
    apiUrl: fromEnvironment(env, 'GITHUB_API_URL') ?? config.github.api_url,
    uploadUrl: fromEnvironment(env, 'GITHUB_UPLOAD_URL') ?? config.github.upload_url,
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

/** YAML, and JSON with it, from a file of bounded size; duplicate keys and runaway aliases are faults. */
function readYaml(path: string): unknown {
  let text: string;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) {
      throw new ConfigError('config_invalid', `${path} is not a file`, {
        next: 'Name a file with --config.',
      });
    }
    if (stats.size > limits.requestBytesMax) {
      throw new ConfigError('config_invalid', `${path} is larger than ${limits.requestBytesMax} bytes`, {
        next: 'Make it smaller.',
      });
    }
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('config_missing', `${path} cannot be read`, {
      next: 'Run marketops init, or name the file with --config.',
      cause,
    });
  }
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

import type { Mode } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import type { Live } from '../system/live.js';
import { notDurable } from '../system/not-durable.js';
import { readSystemFile } from '../system/system-file.js';

/**
 * What the ledger has not acknowledged dies with a Redis that keeps no append-only file: acceptable for a dry run, not
 * unsaid for prod.
 * @throws OperatorError `redis_not_durable`
 */
export function refuseForgetful(live: Live, loaded: LoadedConfig, mode: Mode): void {
  if (mode !== 'prod' || live.facts.durable || loaded.config.allow_non_durable_redis) return;
  if (readSystemFile(loaded.dataDir)?.allow_non_durable_redis === true) return;
  throw notDurable(`Redis ${live.facts.version} without an append-only file`);
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedConfig, loadConfig } from '@marketops/engine';
import { type LedgerPaths, ledgerPaths } from '@marketops/journal';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { listJournal } from '@marketops/verifier/node';
import type { Invocation } from '../command.js';
import { CliError } from '../errors.js';
import type { ChainWalk } from './walk-chain.js';

export interface LedgerOf {
  readonly loaded: LoadedConfig;
  readonly paths: LedgerPaths;
  readonly trust: ChainWalk['trust'];
  /** The tiles' folder; undefined where the public log is elsewhere. */
  readonly tiles: string | undefined;
}

/** @throws CliError `ledger_missing` where there is no journal in the data folder */
export async function ledgerOf({ configPath, env }: Invocation): Promise<LedgerOf> {
  const loaded = loadConfig(configPath, env);
  const paths = ledgerPaths(loaded.dataDir);
  if (!existsSync(paths.journal) || (await listJournal(paths.journal)).length === 0) {
    throw new CliError('ledger_missing', `there is no ledger in ${paths.root}`, {
      next: 'Run it where the ledger’s folder is, or put a copy of that folder back first.',
    });
  }
  const trust = { keyring: openKeyring(nodeCrypto, loaded.keyring), logOrigin: loaded.keyring.log_origin };
  const { folder, s3 } = loaded.config.ledger.tiles;
  const tiles = s3 !== undefined ? undefined : folder === undefined ? paths.tiles : join(loaded.root, folder);
  return { loaded, paths, trust, tiles };
}

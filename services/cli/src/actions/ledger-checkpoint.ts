import { TenantId } from '@marketops/contracts';
import { type LoadedConfig, loadConfig } from '@marketops/engine/reading';
import { ledgerPaths } from '@marketops/journal';
import { logTrustOf } from '@marketops/operator/proofs';
import { parsed } from '@marketops/operator/words';
import { decodeNote, openCheckpoint, ProofError } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type OpenLog, openLog, openPlace, TlogError } from '@marketops/tlog';
import type { Invocation } from '../command.js';
import type { LedgerCheckpointFlags } from '../commands/ledger-checkpoint.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { attach } from '../proving/attachment.js';

/** As a log's other readers allow. */
const noteBytesMax = 262_144;

export async function ledgerCheckpoint(
  invocation: Invocation,
  _args: readonly string[],
  flags: LedgerCheckpointFlags,
): Promise<number> {
  const { output, env, configPath } = invocation;
  const target = flags.attach === undefined ? undefined : parseTarget(flags.attach);
  const loaded = loadConfig(configPath, env);
  const { note, checkpoint } = await current(loaded);
  const { origin, size, root } = checkpoint;
  if (target === undefined) {
    output.document({ origin, size, root, note });
    if (!output.json) output.exported(note.replace(/\n$/, ''));
    return exitCodes.held;
  }
  const trust = logTrustOf(loaded.keyring);
  const isSame = (there: Uint8Array): boolean => {
    try {
      const { checkpoint: one } = openCheckpoint(decodeNote(there), trust);
      return one.size === size && one.root === root;
    } catch (fault) {
      if (fault instanceof ProofError) return false;
      throw fault;
    }
  };
  return attach(
    invocation,
    loaded,
    {
      ...{ name: checkpointName(origin, size), contentType: 'text/plain' },
      ...{ bytes: note, bytesMax: noteBytesMax, isSame },
      tenantId: tenantOf(loaded, flags),
      ...target,
    },
    flags,
    undefined,
  );
}

/**
 * The log's newest checkpoint, its signature verified, and its root found in the tiles.
 * @throws CliError `proof_not_ready` where there is none yet; ProofError, TlogError for what does not hold
 */
async function current({ config, root, dataDir, keyring }: LoadedConfig): Promise<OpenLog> {
  const place = await openPlace(config.ledger.tiles, { root, folder: ledgerPaths(dataDir).tiles });
  try {
    return await openLog(nodeCrypto, place, logTrustOf(keyring));
  } catch (fault) {
    if (!(fault instanceof TlogError) || fault.code !== 'tile_missing') throw fault;
    throw new CliError('proof_not_ready', 'the public log has no checkpoint yet', {
      next: `A running ledger signs one every ${config.ledger.tiles.every_ms} ms: ask again then. If it stays so, see marketops doctor.`,
      cause: fault,
    });
  } finally {
    place.close?.();
  }
}

/** `checkpoint-marketops-example-log-1234.txt`: one for each size of a log. Logs whose origins differ in signs alone share names: attach them to different releases. */
export const checkpointName = (origin: string, size: number): string => {
  const slug = origin
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 100)
    .replaceAll(/^-|-$/g, '');
  return `checkpoint-${slug}-${size}.txt`;
};

/** @throws CliError `usage_invalid` */
function parseTarget(text: string): { readonly repository: string; readonly tagName: string } {
  const [, repository, tagName] = /^([^/@\s]+\/[^/@\s]+)@(\S+)$/.exec(text) ?? [];
  if (repository !== undefined && tagName !== undefined) return { repository, tagName };
  throw new CliError('usage_invalid', `--attach ${text} names no release`, {
    next: 'Name it as owner/name@tag, such as acme/log@checkpoints.',
  });
}

/** @throws CliError `usage_invalid` where the principal asks for several tenants and none is named */
function tenantOf({ config }: LoadedConfig, { tenant, principal }: LedgerCheckpointFlags): string {
  if (tenant !== undefined) return parsed(TenantId, '--tenant', tenant, 'Name one of marketops.yml.');
  const tenants = Object.hasOwn(config.principals, principal)
    ? (config.principals[principal]?.tenants ?? [])
    : [];
  const [only, ...others] = tenants;
  if (only !== undefined && others.length === 0) return only;
  throw new CliError('usage_invalid', `${principal} asks for ${tenants.length} tenants`, {
    next: 'Say for which one this is: --tenant.',
  });
}

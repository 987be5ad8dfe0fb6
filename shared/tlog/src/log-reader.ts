import {
  type CheckpointTrust,
  type CryptoPort,
  decodeNote,
  formatTlogProof,
  leafHashOfBytes,
  type OpenedCheckpoint,
  openCheckpoint,
  ProofError,
  verifyConsistency,
  verifyTlogProof,
} from '@marketops/proof';
import { TlogError } from './errors.js';
import { bytesMaxOf, checkpointPath } from './layout.js';
import type { TileSource } from './ports.js';
import { TreeReader } from './tree-reader.js';

/** A log as its verified checkpoint says it is. */
export interface OpenLog extends OpenedCheckpoint {
  /** The signed note, byte for byte. */
  readonly note: string;
  readonly tree: TreeReader;
}

/**
 * Fetches the checkpoint, verifies it, and finds its root in the tiles.
 * @throws TlogError `tile_missing`, `tree_differs`, those of the source; ProofError as `openCheckpoint`
 */
export async function openLog(
  crypto: CryptoPort,
  source: TileSource,
  trust: CheckpointTrust,
): Promise<OpenLog> {
  const bytes = await source.read(checkpointPath, bytesMaxOf({ kind: 'checkpoint' }));
  if (bytes === undefined) throw new TlogError('tile_missing', 'There is no checkpoint here.');
  const note = decodeNote(bytes);
  const opened = openCheckpoint(note, trust);
  const tree = new TreeReader(crypto, source, opened.checkpoint.size);
  if ((await tree.root()) !== opened.checkpoint.root) {
    throw new TlogError('tree_differs', `The tiles do not have the root of the checkpoint of ${tree.size}.`);
  }
  return { ...opened, note, tree };
}

/**
 * The `.tlog-proof` file of an entry, verified as whoever receives it will verify it.
 * @param index from 0
 * @throws TlogError, ProofError `leaf_not_in_log`
 */
export async function proveEntry(
  crypto: CryptoPort,
  { tree, note }: Pick<OpenLog, 'tree' | 'note'>,
  index: number,
  trust: CheckpointTrust,
): Promise<{ proof: string; entry: Uint8Array }> {
  const [path, entry] = await Promise.all([tree.inclusion(index), tree.entry(index)]);
  const proof = { index, path, checkpoint: note };
  verifyTlogProof(crypto, proof, leafHashOfBytes(crypto, entry), trust);
  return { proof: formatTlogProof(proof), entry };
}

/**
 * Proves that a log continues an older checkpoint of itself.
 * @returns the proof; none of it is needed where the older one is empty
 * @throws ProofError `consistency_invalid` where it does not: the log was cut, forked or rewritten
 */
export async function proveConsistency(
  crypto: CryptoPort,
  { tree, checkpoint }: Pick<OpenLog, 'tree' | 'checkpoint'>,
  older: { readonly size: number; readonly root: string },
): Promise<string[]> {
  if (older.size > checkpoint.size) {
    throw new ProofError(
      'consistency_invalid',
      `The log has ${checkpoint.size} entries; an older checkpoint of it has ${older.size}.`,
    );
  }
  if (older.size === 0) return [];
  const path = await tree.consistency(older.size);
  const claim = {
    firstSize: older.size,
    firstRoot: older.root,
    secondSize: checkpoint.size,
    secondRoot: checkpoint.root,
    path,
  };
  if (!verifyConsistency(crypto, claim)) {
    throw new ProofError(
      'consistency_invalid',
      `The first ${older.size} entries of the log are not those of its older checkpoint.`,
    );
  }
  return path;
}

import { Keyring } from '@marketops/contracts';
import { loadConfig } from '@marketops/engine/reading';
import { parseRunId } from '@marketops/operator/words';
import { ProofError, parseCheckpoint, parseNote } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { folderPlace, httpSource, TreeReader } from '@marketops/tlog';
import {
  BundleError,
  bundleBytesMax,
  bundleJson,
  openBundle,
  renderBundle,
  type SeenCheckpoint,
  verifyBundle,
} from '@marketops/verifier';
import type { Invocation } from '../command.js';
import type { ProofVerifyFlags } from '../commands/proof.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { readFileBytes } from '../proving/read-file.js';

const keyringBytesMax = 4 * 1_048_576;
const noteBytesMax = 262_144;

export async function proofVerify(
  { output, env, configPath }: Invocation,
  [path = '']: readonly string[],
  { keyring: keyringPath, checkpoint, tiles, run }: ProofVerifyFlags,
): Promise<number> {
  const runId = run === undefined ? undefined : parseRunId(run);
  const keyring =
    keyringPath === undefined ? loadConfig(configPath, env).keyring : await readKeyring(keyringPath);
  const bytes = await readFileBytes(path, bundleBytesMax);
  const seen = checkpoint === undefined ? [] : [await seenOf(checkpoint, tiles, bytes)];
  const report = verifyBundle({ bytes, runId, keyring, seen, crypto: nodeCrypto });
  output.document(bundleJson(report));
  renderBundle(report, (line) => output.line(line));
  return report.ok ? exitCodes.held : exitCodes.failed;
}

/** @throws CliError `usage_invalid` */
async function readKeyring(path: string): Promise<Keyring> {
  const text = new TextDecoder().decode(await readFileBytes(path, keyringBytesMax));
  try {
    return Keyring.parse(JSON.parse(text));
  } catch (cause) {
    throw new CliError('usage_invalid', `${path} is no keyring`, {
      next: 'Take the keyring.json of the system whose run it is, from whom you trust for it.',
      cause,
    });
  }
}

/** A checkpoint with the proof that joins it to the bundle's, where there are tiles to make one of. */
async function seenOf(path: string, tiles: string | undefined, bundle: Uint8Array): Promise<SeenCheckpoint> {
  const note = new TextDecoder().decode(await readFileBytes(path, noteBytesMax));
  return { note, where: path, path: tiles === undefined ? [] : await joining(note, bundle, tiles) };
}

/** @throws TlogError where the tiles cannot be read */
async function joining(note: string, bundle: Uint8Array, tiles: string): Promise<string[]> {
  const [first = 0, second = 0] = sizesOf(note, bundle).sort((one, other) => one - other);
  if (first === 0 || first === second) return [];
  const source = /^https?:/.test(tiles) ? httpSource(tiles) : folderPlace(tiles);
  return new TreeReader(nodeCrypto, source, second).consistency(first);
}

/** Of both checkpoints. What is none has no size, and verifying it says so. */
function sizesOf(note: string, bundle: Uint8Array): number[] {
  try {
    const own = openBundle(bundle).statement.predicate.ledger.checkpoint;
    return [note, own].map((one) => parseCheckpoint(parseNote(one).text).size);
  } catch (fault) {
    if (fault instanceof ProofError || fault instanceof BundleError) return [];
    throw fault;
  }
}

import { nodeCrypto } from '@marketops/proof/node';
import { bundleBytesMax } from '../bundle/format.js';
import { type BundleReport, verifyBundle } from '../bundle/verify.js';
import { readFileBytes, readKeyring, readSmall } from './inputs.js';
import type { VerifyOptions } from './options.js';

/**
 * Verifies the file of a proof bundle. A checkpoint seen elsewhere is compared where it is of the same size; between others there
 * would have to be a proof, which this command has nowhere to get from.
 * @throws VerifyCommandError
 */
export async function verifyBundleFile({
  place,
  keyring: keyringPath,
  checkpoints,
  run,
}: VerifyOptions): Promise<BundleReport> {
  const keyring = await readKeyring(keyringPath);
  const seen = await Promise.all(
    checkpoints.map(async (where) => ({ where, note: await readSmall(where), path: [] })),
  );
  const bytes = await readFileBytes(place, bundleBytesMax);
  return verifyBundle({ bytes, keyring, crypto: nodeCrypto, seen, runId: run });
}

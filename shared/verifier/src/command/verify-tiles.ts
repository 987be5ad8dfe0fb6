import { nodeCrypto } from '@marketops/proof/node';
import { logInFolder } from '../node.js';
import { logOverHttp } from '../tiles/http.js';
import { type TilesReport, verifyTiles } from '../tiles/verify.js';
import { readCheckpoint, readKeyring, readPinned } from './inputs.js';
import type { VerifyOptions } from './options.js';
import { memoriesIn } from './verify-journal.js';

export interface VerifiedTiles {
  readonly report: TilesReport;
  readonly memories: readonly string[];
}

/**
 * Verifies a tiled log in a folder or behind a URL.
 * @throws VerifyCommandError; JournalError for a memory that cannot be believed
 */
export async function verifyTilesWithMemories(
  { place, keyring: keyringPath, pins, checkpoints }: VerifyOptions,
  onProgress: (entries: number, size: number) => void,
): Promise<VerifiedTiles> {
  const keyring = await readKeyring(keyringPath);
  const seen = {
    points: await Promise.all(pins.map((pin) => readPinned(pin, keyring.log_origin))),
    roots: await Promise.all(checkpoints.map((path) => readCheckpoint(path, keyring))),
  };
  const log = /^https?:/.test(place) ? logOverHttp(place) : logInFolder(place);
  const report = await verifyTiles({ log, keyring, crypto: nodeCrypto, seen, onProgress });
  return { report, memories: memoriesIn(seen.points, seen.roots) };
}

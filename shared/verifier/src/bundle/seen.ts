import type { Keyring } from '@marketops/contracts';
import { type CryptoPort, verifyConsistency } from '@marketops/proof';
import { seenRootOf } from '../memory/checkpoint.js';
import { BundleError } from './errors.js';

/** A checkpoint of the log that was seen elsewhere. */
export interface SeenCheckpoint {
  /** The signed note. */
  readonly note: string;
  /** Where it is from, for messages. */
  readonly where: string;
  /** The consistency proof between it and the bundle's, whichever is the larger (RFC 6962). Two of one size need none. */
  readonly path: readonly string[];
}

/**
 * Holds the checkpoint of a bundle against others of its log: they must be of one tree. Offline, that takes the proof between
 * them, unless they are of one size.
 * @throws BundleError `checkpoint_contradicted`, `checkpoint_unproven`; JournalError `checkpoint_invalid` for one that this log did not sign
 */
export function compareSeen(
  crypto: CryptoPort,
  own: { readonly size: number; readonly root: string },
  seen: readonly SeenCheckpoint[],
  keyring: Keyring,
): void {
  for (const { note, where, path } of seen) {
    const other = seenRootOf(crypto, note, keyring, where);
    if (other.size !== own.size && path.length === 0 && other.size > 0) {
      const message = `${where} is of ${other.size} entries, the bundle’s checkpoint of ${own.size}; no proof joins them.`;
      throw new BundleError('checkpoint_unproven', message);
    }
    const [first, second] = other.size < own.size ? [other, own] : [own, other];
    const agrees =
      first.size === second.size
        ? first.root === second.root
        : first.size === 0 ||
          verifyConsistency(crypto, {
            ...{ firstSize: first.size, firstRoot: first.root, path },
            ...{ secondSize: second.size, secondRoot: second.root },
          });
    if (agrees) continue;
    const what = `${where}, of ${other.size} entries, and the bundle’s checkpoint, of ${own.size}`;
    throw new BundleError('checkpoint_contradicted', `${what}, are not of one log.`);
  }
}

import type { Keyring } from '@marketops/contracts';
import {
  type CryptoPort,
  formatVerifierKey,
  type NoteVerifier,
  noteVerifier,
  openCheckpoint,
  ProofError,
} from '@marketops/proof';
import { JournalError } from '../journal/errors.js';
import type { SeenRoot } from './memory.js';

/** Only keys that nobody has revoked: a checkpoint says no time by which a revoked one could still count. */
const logKeysOf = (crypto: CryptoPort, { keys, log_origin: name }: Keyring): NoteVerifier[] =>
  keys
    .filter(({ purpose, revoked_at }) => purpose === 'checkpoint' && revoked_at === null)
    .map(({ public_key: publicKey }) => noteVerifier(crypto, formatVerifierKey(crypto, { name, publicKey })));

/**
 * Reads a signed checkpoint (C2SP tlog-checkpoint) that somebody kept, and verifies that this log signed it.
 * @throws JournalError `checkpoint_invalid`
 */
export function seenRootOf(crypto: CryptoPort, note: string, keyring: Keyring, where: string): SeenRoot {
  try {
    const logKeys = logKeysOf(crypto, keyring);
    const { checkpoint } = openCheckpoint(note, { origin: keyring.log_origin, logKeys });
    return { size: checkpoint.size, root: checkpoint.root };
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new JournalError('checkpoint_invalid', `${where}: ${cause.message}`, { cause });
  }
}

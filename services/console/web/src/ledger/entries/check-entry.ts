import type { LedgerEntry } from '@marketops/client';
import { type CryptoPort, canonicalJson, entryOf, ProofError } from '@marketops/proof';

export type EntryCheck =
  | { readonly holds: true }
  /** What of it is not what the entry's own contents yield. */
  | { readonly holds: false; readonly why: string };

/**
 * Derives an entry's digests again from the event that is shown: who looks at it looks at what the chain holds. That the chain
 * itself holds, and who signed, is for the verification of the whole ledger.
 */
export function checkEntry(crypto: CryptoPort, entry: LedgerEntry): EntryCheck {
  try {
    const eventBytes = canonicalJson(entry.event);
    if (crypto.sha256Hex(eventBytes) !== entry.event_digest)
      return { holds: false, why: 'The event shown is not the one its digest is of.' };
    const { hash } = entryOf(crypto, {
      ...{ sequence: entry.sequence, prevHash: entry.prev_hash, eventBytes },
      ...{ eventDigest: entry.event_digest, statementDigest: entry.statement_digest },
    });
    return hash === entry.hash
      ? { holds: true }
      : { holds: false, why: 'The entry shown does not yield its hash in the chain.' };
  } catch (fault) {
    const why = fault instanceof ProofError ? fault.message : 'It has not the form of an entry.';
    return { holds: false, why };
  }
}

/** An entry that names the one before it, beside that one, where both are at hand. */
export const follows = (entry: LedgerEntry, before: LedgerEntry | undefined): boolean | undefined =>
  before === undefined || before.sequence !== entry.sequence - 1
    ? undefined
    : entry.prev_hash === before.hash;

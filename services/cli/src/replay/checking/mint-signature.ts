import type { RecordedEvent } from '@marketops/operator/reading';
import { type MintTrust, type OpenKeyring, ProofError } from '@marketops/proof';

export interface MintSignatures {
  /** As it is now: says what was revoked, and when. */
  readonly keyring: OpenKeyring;
  /** The same as if nothing had been revoked. */
  readonly unrevoked: OpenKeyring;
  /** When the ledger committed an event; null where no commit of it says. */
  readonly committedAt: (recorded: RecordedEvent) => Promise<string | null>;
}

/**
 * Asks the mint's signature over a receipt or an advisory as it could be asked when an event was said. Whether its key had been
 * revoked by then is for the ledger's clock to say: the event names a time of its own, which whoever stole the key chooses.
 * @param verify asks the signature; throws ProofError
 * @returns why it does not count; undefined where it does
 * @throws JournalError, ProofError where the commit cannot be read
 */
export async function mintSignatureFault(
  recorded: RecordedEvent,
  keyId: string,
  { keyring, unrevoked, committedAt }: MintSignatures,
  verify: (trust: MintTrust) => void,
): Promise<ProofError | undefined> {
  try {
    verify({ keyring: unrevoked, at: recorded.event.time });
  } catch (fault) {
    if (fault instanceof ProofError) return fault;
    throw fault;
  }
  const revokedAt = keyring.describe(keyId)?.revoked_at ?? null;
  if (revokedAt === null) return undefined;
  const committed = await committedAt(recorded);
  if (committed !== null && committed < revokedAt) return undefined;
  const when =
    committed === null ? 'no commit says when the ledger had it' : `the ledger had it at ${committed}`;
  return new ProofError('key_revoked', `The key was revoked at ${revokedAt}, and ${when}.`);
}

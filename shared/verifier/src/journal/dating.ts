import type { Actor } from '@marketops/contracts';
import { type CryptoPort, type OpenKeyring, ProofError, type VerifyingKey } from '@marketops/proof';
import { keyWindowFault } from '../meaning/key-window.js';
import type { Broken } from '../meaning/receipts.js';
import { isRevoked } from './errors.js';
import type { WalkedBatch, WalkedEntry } from './walk.js';

/** The keyring as it was before anything in it was revoked: for who signed, not for whether it counts. */
export function asUnrevoked(crypto: CryptoPort, keyring: OpenKeyring): OpenKeyring {
  const imported = new Map<string, VerifyingKey>();
  return {
    ...keyring,
    find(query) {
      try {
        return keyring.find(query);
      } catch (fault) {
        const listed = isRevoked(fault) ? keyring.describe(query.keyId) : undefined;
        if (listed === undefined) throw fault;
        // Purpose and holder are right: that is asked before the time.
        const key = imported.get(query.keyId) ?? crypto.importPublicKey(listed.public_key);
        imported.set(query.keyId, key);
        return key;
      }
    },
  };
}

/**
 * When the ledger says it received what it committed, and what a key may no longer have signed by then (law E3).
 *
 * Not a fault of the chain, and never one for a ledger that starts: it admits by the keyring it has, which follows the one on
 * disk a moment later, so that an honest ledger may commit what was signed with a key that was being revoked. It is told all
 * the same, for so does a thief's word look.
 */
export class Dating {
  readonly #keyring: OpenKeyring;
  #latest = '';

  constructor(keyring: OpenKeyring) {
    this.#keyring = keyring;
  }

  /** The ledger's clock at the last batch; it never goes back, whatever a later commit says. */
  get latest(): string {
    return this.#latest;
  }

  take(
    { commit, entries, revokedSince }: WalkedBatch,
    broken: (broken: Broken, at: WalkedEntry) => void,
  ): void {
    const { committed_at: at } = commit;
    const [first] = entries;
    if (at < this.#latest && first !== undefined) {
      const what = `its batch says it was committed at ${at}, and one before it at ${this.#latest}`;
      broken({ code: 'commit_invalid', what }, first);
    }
    const outOfTime = keyWindowFault(this.#keyring.describe(commit.key_id), { signedAt: at, receivedAt: at });
    if (outOfTime !== undefined && first !== undefined) broken(outOfTime, first);
    // A date put back would make a revoked key's word one from before the revocation.
    if (at > this.#latest) this.#latest = at;
    for (const entry of revokedSince) {
      const fault = this.#faultOf(entry);
      if (fault !== undefined) broken(fault, entry);
    }
  }

  #faultOf({ keyId, place }: WalkedEntry): Broken | undefined {
    try {
      this.#keyring.find({ keyId, purpose: 'actor', actor: place.actor as Actor, at: this.#latest });
      return undefined;
    } catch (fault) {
      if (!(fault instanceof ProofError)) throw fault;
      const what = `${fault.message.replace(/\.$/, '')}; the ledger received this at ${this.#latest}`;
      return { code: isRevoked(fault) ? 'key_revoked' : 'statement_invalid', what };
    }
  }
}

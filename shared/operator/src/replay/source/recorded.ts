import type { Actor, MarketOpsEvent } from '@marketops/contracts';

/** Where an event stands in the ledger. */
interface EntryPlace {
  readonly sequence: number;
  /** SHA-256 of the entry: the chain's hash there. */
  readonly hash: string;
}

/**
 * What the keyring says now of the key that signed an event.
 * `current`: not revoked. `revoked_since`: the ledger had committed the event before the key was revoked, so the signature
 * counts. `revoked_before`: it had not, so nobody vouches for when it was made. `undated`: revoked, and no commit says when.
 */
export type KeyStanding = 'current' | 'revoked_since' | 'revoked_before' | 'undated';

/** Who signed an event. The signature itself has been verified. */
export interface Signer {
  readonly actor: Actor;
  readonly keyId: string;
  readonly epoch: number;
  readonly standing: KeyStanding;
  readonly revokedAt: string | null;
  /** When the ledger committed it, where that was asked for. */
  readonly committedAt: string | null;
}

/** An event as it was signed, with its place; null where the ledger does not have it (yet). */
export interface RecordedEvent {
  readonly event: MarketOpsEvent;
  readonly entry: EntryPlace | null;
  readonly signer: Signer | null;
  /** Entries of one append on one stream share it: the statement covers them all. */
  readonly segment: string;
}

/** Correctly signed, and of a type or version that this release does not know: held, never dropped. */
export interface HeldEntry {
  readonly sequence: number;
  readonly what: string;
}

export interface Recorded {
  readonly events: readonly RecordedEvent[];
  readonly held: readonly HeldEntry[];
}

/** Whether anybody vouches for the event: its signature holds, and was made while its key counted. */
export const isProven = ({ entry, signer }: RecordedEvent): boolean =>
  entry !== null && signer !== null && (signer.standing === 'current' || signer.standing === 'revoked_since');

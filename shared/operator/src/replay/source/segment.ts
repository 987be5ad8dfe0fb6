import type { Statement } from '@marketops/contracts';
import { readSegment } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { HeldEntry, Recorded, RecordedEvent, Signer } from './recorded.js';
import { type ReplayTrust, standingOf } from './trust.js';

/** An entry of a segment as its bytes have it. */
export interface SegmentEntry {
  readonly sequence: number;
  readonly hash: string;
  /** The event's canonical JSON. */
  readonly eventBytes: string;
}

export interface RawSegment {
  readonly stream: string;
  readonly firstSeq: number;
  readonly statement: Statement;
  readonly entries: readonly SegmentEntry[];
  /** Tells it from every other segment of the journal. */
  readonly name: string;
}

/**
 * The events of one segment, each with its place and signer.
 * @param committedAt when the ledger committed it; null where that is not known
 * @throws ProofError as `readSegment`: one event amiss refuses the whole segment
 */
export function recordedSegment(raw: RawSegment, trust: ReplayTrust, committedAt: string | null): Recorded {
  const { stream, firstSeq, statement, entries } = raw;
  const { keyring, cache } = trust;
  const read = readSegment(nodeCrypto, {
    ...{ statement, stream, firstSeq, keyring, cache },
    events: entries.map(({ eventBytes }) => eventBytes),
  });
  const key = trust.keyOf(statement.key_id);
  const signer: Signer = {
    actor: statement.actor,
    keyId: statement.key_id,
    epoch: statement.epoch,
    standing: standingOf(key, committedAt),
    revokedAt: key?.revoked_at ?? null,
    committedAt,
  };
  const bySeq = new Map(read.events.map((event) => [event.seq, event]));
  const events: RecordedEvent[] = [];
  const held: HeldEntry[] = [];
  for (const [index, { sequence, hash }] of entries.entries()) {
    const event = bySeq.get(firstSeq + index);
    if (event === undefined) held.push({ sequence, what: `${stream} seq ${firstSeq + index}` });
    else events.push({ event, entry: { sequence, hash }, signer, segment: raw.name });
  }
  return { events, held };
}

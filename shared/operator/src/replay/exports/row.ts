import { sanitize } from '@marketops/verifier/plain-text';
import { eventText } from '../../words/event-text.js';
import { peopleOf } from '../source/filter.js';
import { isProven, type RecordedEvent } from '../source/recorded.js';

/** An event as one line of a table; every value is safe to print. */
export interface EventRow {
  readonly entry: string;
  readonly time: string;
  readonly phase: string;
  readonly type: string;
  readonly stream: string;
  readonly seq: string;
  readonly runId: string;
  readonly tenantId: string;
  readonly mode: string;
  readonly operationId: string;
  readonly actor: string;
  readonly keyId: string;
  readonly signature: string;
  readonly people: string;
  readonly what: string;
  readonly eventId: string;
  readonly entryHash: string;
}

export function rowOf(recorded: RecordedEvent): EventRow {
  const { event, entry, signer } = recorded;
  const { phase, subject, text } = eventText(event);
  return {
    entry: entry === null ? '' : String(entry.sequence),
    ...{ time: event.time, phase, type: event.type, stream: event.stream, seq: String(event.seq) },
    ...{ runId: event.run_id ?? '', tenantId: event.tenant_id ?? '', mode: event.mode ?? '' },
    ...{ operationId: subject, actor: event.actor, keyId: sanitize(signer?.keyId ?? '') },
    signature: signatureText(recorded),
    people: peopleOf(event)
      .map((one) => sanitize(one))
      .join(', '),
    // What a refused job claimed is what its sender wrote.
    what: event.type === 'gate.refused' ? `unverified: ${text}` : text,
    ...{ eventId: event.id, entryHash: entry?.hash ?? '' },
  };
}

/** What the signature of an event is worth, in a few words. */
export function signatureText(recorded: RecordedEvent): string {
  const { entry, signer } = recorded;
  if (signer === null) return 'verified, not in the ledger';
  if (isProven(recorded))
    return signer.standing === 'current' ? 'verified' : `verified; key revoked since, ${signer.revokedAt}`;
  if (entry === null) return 'verified, not in the ledger';
  return signer.standing === 'undated'
    ? `key revoked ${signer.revokedAt}, and no commit says when it signed`
    : `key was revoked ${signer.revokedAt}, before the ledger committed it`;
}

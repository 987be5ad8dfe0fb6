import { safeJson } from '@marketops/verifier/plain-text';
import type { RecordedEvent } from '../source/recorded.js';
import type { Exporter, Write } from './exporter.js';

/** An event with its place and signer, as `--json` gives it. */
export const eventJson = ({ event, entry, signer }: RecordedEvent) => ({
  ledger_sequence: entry?.sequence ?? null,
  entry_hash: entry?.hash ?? null,
  signed_by:
    signer === null
      ? null
      : {
          ...{ actor: signer.actor, key_id: signer.keyId, epoch: signer.epoch },
          ...{ key: signer.standing, revoked_at: signer.revokedAt, committed_at: signer.committedAt },
        },
  event,
});

/** One JSON object per line. What this release does not know is `{ ledger_sequence, unknown }`. */
export const jsonlExporter = (write: Write): Exporter => ({
  head: () => undefined,
  event: (recorded) => write(safeJson(eventJson(recorded))),
  held: ({ sequence, what }) => write(safeJson({ ledger_sequence: sequence, unknown: what })),
  end: () => undefined,
});

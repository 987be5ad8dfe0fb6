import type { LedgerEntry } from '@marketops/client';
import { webCrypto } from '@marketops/proof/web';
import { Link } from '@tanstack/react-router';
import { Badge } from '../../components/badge.js';
import { CopyId } from '../../components/copy-id.js';
import { Dialog } from '../../components/dialog.js';
import { Time } from '../../components/time.js';
import { shown, shownLines } from '../../text/shown.js';
import { thousands } from '../../text/words.js';
import { CodeBlock } from '../code-block.js';
import { checkEntry, follows } from './check-entry.js';

export interface EntryDialogProps {
  readonly entry: LedgerEntry;
  /** The one before it, where it is at hand. */
  readonly before: LedgerEntry | undefined;
  readonly onClose: () => void;
}

/** One entry whole, its digests derived again here. */
export function EntryDialog({ entry, before, onClose }: EntryDialogProps) {
  const { sequence, event } = entry;
  const check = checkEntry(webCrypto, entry);
  const chained = follows(entry, before);
  return (
    <Dialog title={`Entry ${thousands(sequence)}: ${shown(event.type)}`} onClose={onClose} wide>
      <div className="row">
        {check.holds ? (
          <Badge tone="green">digest and hash derived again here</Badge>
        ) : (
          <Badge tone="red">{check.why}</Badge>
        )}
        {chained === undefined ? null : chained ? (
          <Badge tone="green">follows entry {thousands(sequence - 1)}</Badge>
        ) : (
          <Badge tone="red">does not follow entry {thousands(sequence - 1)}</Badge>
        )}
        {entry.verified ? (
          <Badge>signature verified by the server</Badge>
        ) : (
          <Badge tone="gold">signature not verified</Badge>
        )}
      </div>
      <dl className="facts">
        <dt>Said by</dt>
        <dd>
          {shown(event.actor)} at <Time at={event.time} />
        </dd>
        <dt>Stream</dt>
        <dd className="mono">
          {shown(event.stream)} seq {event.seq}
        </dd>
        {event.run_id === null ? null : (
          <>
            <dt>Run</dt>
            <dd className="row">
              <Link to="/runs/$runId" params={{ runId: event.run_id }}>
                Open the run
              </Link>
              <CopyId id={event.run_id} label="run id" whole />
            </dd>
          </>
        )}
        <dt>Hash</dt>
        <dd>
          <CopyId id={entry.hash} label="hash" whole />
        </dd>
        <dt>Hash before</dt>
        <dd>
          <CopyId id={entry.prev_hash} label="hash of the entry before" whole />
        </dd>
        <dt>Digest of the event</dt>
        <dd>
          <CopyId id={entry.event_digest} label="event digest" whole />
        </dd>
        <dt>Of its statement</dt>
        <dd>
          <CopyId id={entry.statement_digest} label="statement digest" whole />
        </dd>
      </dl>
      <CodeBlock label="The event's data" text={shownLines(JSON.stringify(event.data, undefined, 2))} />
    </Dialog>
  );
}

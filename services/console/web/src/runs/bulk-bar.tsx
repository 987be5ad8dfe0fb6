import type { RunRow, Session } from '@marketops/client';
import { useState } from 'react';
import { may } from '../data/session.js';
import { plural } from '../text/words.js';
import { type BulkAction, BulkDialog, type BulkWhat } from './bulk-dialog.js';
import type { Filters } from './filters.js';
import { runFilter } from './query.js';

export interface BulkBarProps {
  readonly session: Session;
  readonly filters: Filters;
  readonly rows: readonly RunRow[];
  readonly selected: ReadonlySet<string>;
  readonly onClear: () => void;
}

/** What can be done to the selected runs together. Nothing happens without a preview. */
export function BulkBar({ session, filters, rows, selected, onClear }: BulkBarProps) {
  const [asked, setAsked] = useState<{ readonly action: BulkAction; readonly what: BulkWhat }>();
  if (!may(session, 'previewBulk') || (selected.size === 0 && asked === undefined)) return null;
  const all = selected.size === rows.length;
  const ask = (action: BulkAction, what: BulkWhat = { run_ids: [...selected] }) => setAsked({ action, what });
  return (
    <section className="bulk-bar" aria-label="Selected runs">
      <strong>{plural(selected.size, 'run')} selected</strong>
      {may(session, 'cancelRun') ? (
        <button type="button" onClick={() => ask('cancel')}>
          Cancel …
        </button>
      ) : null}
      {may(session, 'retryRun') ? (
        <button type="button" onClick={() => ask('retry')}>
          Retry …
        </button>
      ) : null}
      {all && may(session, 'cancelRun') ? (
        <button type="button" onClick={() => ask('cancel', { filter: runFilter(filters) })}>
          Cancel all that fit …
        </button>
      ) : null}
      <button type="button" className="plain" onClick={onClear}>
        Clear the selection
      </button>
      {asked === undefined ? null : (
        <BulkDialog
          {...asked}
          onClose={(done) => {
            setAsked(undefined);
            if (done) onClear();
          }}
        />
      )}
    </section>
  );
}

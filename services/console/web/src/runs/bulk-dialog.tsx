import type { BulkPreview, BulkResult, RunRow } from '@marketops/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { Dialog, ErrorState, Loading, ReasonField } from '../components/index.js';
import { api, unwrap } from '../data/api.js';
import { shown } from '../text/shown.js';
import { plural, shortened } from '../text/words.js';
import type { RunFilter } from './query.js';

export type BulkAction = BulkPreview['action'];
export type BulkWhat = { readonly run_ids: readonly string[] } | { readonly filter: RunFilter };

export interface BulkDialogProps {
  readonly action: BulkAction;
  readonly what: BulkWhat;
  /** `done`: something was asked for. */
  readonly onClose: (done: boolean) => void;
}

const words = {
  cancel: {
    title: 'Cancel runs',
    does: 'would be cancelled',
    button: 'Cancel',
    past: 'asked to be cancelled',
  },
  retry: {
    title: 'Retry runs',
    does: 'would be asked for again, as new runs',
    button: 'Retry',
    past: 'asked for again',
  },
} as const;

/** First what it would do, by name; then, with a reason, exactly that: the server refuses where the two differ. */
export function BulkDialog({ action, what, onClose }: BulkDialogProps) {
  const form = useId();
  const [reason, setReason] = useState('');
  const preview = useQuery({
    queryKey: ['bulk-preview', action, what],
    queryFn: async ({ signal }) => {
      const asked = 'filter' in what ? { filter: what.filter } : { run_ids: [...what.run_ids] };
      return unwrap(await api.POST('/v1/bulk/preview', { body: { action, what: asked }, signal }));
    },
    staleTime: 0,
    gcTime: 0,
  });
  const eligible = preview.data?.eligible ?? [];
  const run = useMutation({
    mutationFn: async ({ preview_digest }: BulkPreview) =>
      unwrap(
        await api.POST('/v1/bulk', {
          body: {
            action,
            run_ids: eligible.map(({ run_id }) => run_id),
            preview_digest,
            reason: reason.trim(),
          },
        }),
      ),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (preview.data !== undefined) run.mutate(preview.data);
  };
  const { title, does, button, past } = words[action];
  return (
    <Dialog
      title={title}
      onClose={() => onClose(run.isSuccess)}
      actions={
        run.isSuccess ? (
          <button type="button" className="primary" onClick={() => onClose(true)}>
            Close
          </button>
        ) : (
          <>
            <button type="button" onClick={() => onClose(false)}>
              Leave as it is
            </button>
            <button
              type="submit"
              form={form}
              className={action === 'cancel' ? 'danger' : 'primary'}
              disabled={eligible.length === 0 || run.isPending}
            >
              {button} {plural(eligible.length, 'run')}
            </button>
          </>
        )
      }
    >
      {preview.isPending ? <Loading what="what it would do" /> : null}
      {preview.isError ? <ErrorState title="It could not be looked up" error={preview.error} /> : null}
      {run.isSuccess ? (
        <Results results={run.data.results} past={past} />
      ) : preview.data === undefined ? null : (
        <form id={form} className="stack" onSubmit={submit}>
          <p>
            <strong>{plural(eligible.length, 'run')}</strong> {does}.
            {preview.data.more ? ' More fit than one action takes; do it again for the rest.' : ''}
          </p>
          <RunNames runs={eligible} />
          <Refused refused={preview.data.refused} />
          {eligible.length === 0 ? null : <ReasonField value={reason} onChange={setReason} />}
          {run.isError ? <ErrorState title="Nothing was done" error={run.error} /> : null}
        </form>
      )}
    </Dialog>
  );
}

const nameOf = (run: RunRow): string =>
  `${shortened(run.run_id)} · ${run.repositories.map((name) => shown(name)).join(', ')} · ${shown(run.status)}`;

function RunNames({ runs }: { readonly runs: readonly RunRow[] }) {
  return runs.length === 0 ? null : (
    <ul className="bulk-list mono" aria-label="Runs it reaches">
      {runs.map((run) => (
        <li key={run.run_id}>{nameOf(run)}</li>
      ))}
    </ul>
  );
}

function Refused({ refused }: Pick<BulkPreview, 'refused'>) {
  return refused.length === 0 ? null : (
    <details>
      <summary>{plural(refused.length, 'run')} it does not reach</summary>
      <ul className="bulk-list">
        {refused.map(({ run, why }) => (
          <li key={run.run_id}>
            <span className="mono">{nameOf(run)}</span>: {shown(why)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Results({ results, past }: { readonly results: BulkResult['results']; readonly past: string }) {
  const done = results.filter((one) => one.done);
  const others = results.filter((one) => !one.done);
  return (
    <div className="stack" role="status">
      <p>
        <strong>{plural(done.length, 'run')}</strong> {past}.
      </p>
      {others.length === 0 ? null : (
        <ul className="bulk-list">
          {others.map(({ run_id, message }) => (
            <li key={run_id}>
              <span className="mono">{shortened(run_id)}</span>: {shown(message ?? 'not done')}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

import type { RunDetail } from '@marketops/client';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { Dialog, ErrorState } from '../components/index.js';
import { api, unwrap } from '../data/api.js';

export interface RetryDialogProps {
  readonly run: RunDetail;
  readonly onClose: () => void;
}

/** The same request again, as a new run; in the other mode too. */
export function RetryDialog({ run, onClose }: RetryDialogProps) {
  const form = useId();
  const navigate = useNavigate();
  const [mode, setMode] = useState(run.mode);
  /** One key for as long as the dialog is open: pressing twice asks once. */
  const [key] = useState(() => `retry-${crypto.randomUUID()}`);
  const retry = useMutation({
    mutationFn: async () =>
      unwrap(
        await api.POST('/v1/runs/{run_id}/retry', {
          params: { path: { run_id: run.run_id }, header: { 'idempotency-key': key } },
          body: { mode },
        }),
      ),
    onSuccess: ({ run_id: runId }) => {
      onClose();
      void navigate({ to: '/runs/$runId', params: { runId } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    retry.mutate();
  };
  return (
    <Dialog
      title="Ask for it again"
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Leave it
          </button>
          <button type="submit" form={form} className="primary" disabled={retry.isPending}>
            Ask for a new run
          </button>
        </>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        <p>A new run of the same request, planned and authorized anew. Nothing of this one carries over.</p>
        <fieldset className="stack">
          <legend>Mode</legend>
          <label className="row">
            <input
              type="radio"
              name="mode"
              checked={mode === 'dry_run'}
              onChange={() => setMode('dry_run')}
            />
            Dry run: can have no effect
          </label>
          <label className="row">
            <input type="radio" name="mode" checked={mode === 'prod'} onChange={() => setMode('prod')} />
            Prod: ships what is authorized
          </label>
        </fieldset>
        {retry.isError ? <ErrorState title="No run was made" error={retry.error} /> : null}
      </form>
    </Dialog>
  );
}

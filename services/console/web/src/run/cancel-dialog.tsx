import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { Dialog, ErrorState, ReasonField } from '../components/index.js';
import { api, unwrap } from '../data/api.js';

export interface CancelDialogProps {
  readonly runId: string;
  readonly onClose: () => void;
}

/** Calls off what has not started. */
export function CancelDialog({ runId, onClose }: CancelDialogProps) {
  const form = useId();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const cancel = useMutation({
    mutationFn: async () =>
      unwrap(
        await api.POST('/v1/runs/{run_id}/cancel', {
          params: { path: { run_id: runId } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['run', runId] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    cancel.mutate();
  };
  if (cancel.isSuccess) {
    const late = cancel.data.cancel === 'too_late';
    return (
      <Dialog title="Cancel the run" onClose={onClose} actions={<Done onClose={onClose} />}>
        <p role="status">
          {late
            ? 'It has ended already; there is nothing to cancel.'
            : 'The planner has been told. What has started goes on to its end.'}
        </p>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Cancel the run"
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Leave it
          </button>
          <button type="submit" form={form} className="danger" disabled={cancel.isPending}>
            Cancel the run
          </button>
        </>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        <p>
          What has not started will not start. What has started goes on to its end: nothing is left half done.
        </p>
        <ReasonField value={reason} onChange={setReason} />
        {cancel.isError ? <ErrorState title="It was not cancelled" error={cancel.error} /> : null}
      </form>
    </Dialog>
  );
}

const Done = ({ onClose }: { readonly onClose: () => void }) => (
  <button type="button" className="primary" onClick={onClose}>
    Close
  </button>
);

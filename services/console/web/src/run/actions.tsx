import type { Action, RunDetail } from '@marketops/client';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useId, useState } from 'react';
import { shown } from '../text/shown.js';
import { CancelDialog } from './cancel-dialog.js';
import { RetryDialog } from './retry-dialog.js';

// What signs brings the cryptography along: fetched when somebody gives an order.
const RedriveDialog = lazy(async () => {
  const { RedriveDialog: Dialog } = await import('../operations/dead/redrive-dialog.js');
  return { default: Dialog };
});
const ReconcileDialog = lazy(async () => {
  const { ReconcileDialog: Dialog } = await import('../operations/dead/reconcile-dialog.js');
  return { default: Dialog };
});

type Open = 'cancel' | 'retry' | 'redrive' | 'reconcile' | undefined;

/** What can be done with the run by whoever looks; what cannot says why. */
export function Actions({ run }: { readonly run: RunDetail }) {
  const [open, setOpen] = useState<Open>();
  const [said, setSaid] = useState('');
  const close = () => setOpen(undefined);
  const done = (words: string) => {
    setSaid(words);
    close();
  };
  const { actions, run_id: runId, operations } = run;
  const uncertain = operations.find(({ phase }) => phase === 'uncertain');
  return (
    <>
      {actions.approve.possible ? (
        <Link className="button primary" to="/approvals" search={{ run: runId }}>
          Approve …
        </Link>
      ) : null}
      <ActionButton action={actions.cancel} onPress={() => setOpen('cancel')}>
        Cancel …
      </ActionButton>
      <ActionButton action={actions.retry} onPress={() => setOpen('retry')}>
        Retry …
      </ActionButton>
      <ActionButton action={actions.redrive} onPress={() => setOpen('redrive')}>
        Redrive …
      </ActionButton>
      {uncertain === undefined ? null : (
        <ActionButton action={actions.reconcile} onPress={() => setOpen('reconcile')}>
          Reconcile {shown(uncertain.operation_id)} …
        </ActionButton>
      )}
      <ProofLink run={run} />
      <span className="small" role="status">
        {said}
      </span>
      {open === 'cancel' ? <CancelDialog runId={runId} onClose={close} /> : null}
      {open === 'retry' ? <RetryDialog run={run} onClose={close} /> : null}
      <Suspense>
        {open === 'redrive' ? (
          <RedriveDialog runId={runId} operationId={null} onClose={close} onDone={done} />
        ) : null}
        {open === 'reconcile' && uncertain !== undefined ? (
          <ReconcileDialog runId={runId} operationId={uncertain.operation_id} onClose={close} onDone={done} />
        ) : null}
      </Suspense>
    </>
  );
}

interface ActionButtonProps {
  readonly action: Action;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

/** Stays in reach of the keys where it is not possible, so that its reason can be read and heard. */
function ActionButton({ action, onPress, children }: ActionButtonProps) {
  const why = useId();
  return (
    <>
      <button
        type="button"
        aria-disabled={!action.possible}
        className={action.possible ? '' : 'off'}
        title={action.why === null ? undefined : shown(action.why)}
        aria-describedby={action.possible ? undefined : why}
        onClick={() => (action.possible ? onPress() : undefined)}
      >
        {children}
      </button>
      {action.possible ? null : (
        <span id={why} className="unseen">
          {shown(action.why ?? 'Not possible now')}
        </span>
      )}
    </>
  );
}

function ProofLink({ run: { actions, run_id: runId } }: { readonly run: RunDetail }) {
  const { possible, why } = actions.proof;
  return possible ? (
    <a
      className="button"
      href={`/v1/runs/${encodeURIComponent(runId)}/proof`}
      download={`${runId}.proof.json`}
    >
      <span aria-hidden="true">↓</span> Proof
    </a>
  ) : (
    <ActionButton action={{ possible, why }} onPress={() => undefined}>
      Proof
    </ActionButton>
  );
}

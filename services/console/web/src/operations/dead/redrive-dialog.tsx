import { useQuery } from '@tanstack/react-query';
import { FaultBanner } from '../../approvals/key/fault-banner.js';
import { Dialog } from '../../components/dialog.js';
import { Loading } from '../../components/state.js';
import { api, unwrap } from '../../data/api.js';
import { shown } from '../../text/shown.js';
import { carryRedrive } from '../orders/carry-order.js';
import { OrderDialog } from '../orders/order-dialog.js';

export interface RedriveDialogProps {
  readonly runId: string;
  /** The one it is about; null for whatever of the run can be. */
  readonly operationId: string | null;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}

/** New attempts at what did not succeed, each with a receipt of its own. What cannot be is told before anything is signed. */
export function RedriveDialog({ runId, operationId, onClose, onDone }: RedriveDialogProps) {
  const { data, error } = useQuery({
    queryKey: ['run', runId, 'redrivable'],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/v1/runs/{run_id}/redrive', { signal, params: { path: { run_id: runId } } })),
  });
  const operations =
    operationId === null ? data?.eligible : data?.eligible.filter((id) => id === operationId);
  if (data === undefined || operations === undefined || operations.length === 0) {
    const refused = data?.refused.filter(
      ({ operation_id: id }) => operationId === null || id === operationId,
    );
    return (
      <Dialog title="Redrive" onClose={onClose}>
        {error !== null ? (
          <FaultBanner title="It cannot be told what could be tried again" fault={error} />
        ) : null}
        {data === undefined && error === null ? <Loading what="what can be tried again" /> : null}
        {data === undefined ? null : (
          <>
            <p>Nothing of it can be tried again.</p>
            {data.why === null ? null : (
              <p>
                {shown(data.why.message)} <span className="muted">→ {shown(data.why.remedy)}</span>
              </p>
            )}
            {refused?.map(({ operation_id: id, reason }) => (
              <p key={id}>
                <strong>{shown(id)}</strong>: {shown(reason.message)}{' '}
                <span className="muted">→ {shown(reason.remedy)}</span>
              </p>
            ))}
          </>
        )}
      </Dialog>
    );
  }
  return (
    <OrderDialog
      title="Redrive"
      button="Sign and redrive"
      explain={
        <p>
          Policy, evidence and approvals are asked again, and each operation gets a new receipt. Before it
          acts, the publisher looks up what an earlier attempt may have left.
        </p>
      }
      action={{ kind: 'redrive', run_id: runId, operations: [...operations] }}
      carry={carryRedrive(runId)}
      onClose={onClose}
      onDone={() => onDone(`Ordered: ${operations.map((id) => shown(id)).join(', ')} will be tried again.`)}
    />
  );
}

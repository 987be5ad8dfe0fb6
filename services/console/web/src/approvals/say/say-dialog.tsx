import { CopyId } from '../../components/copy-id.js';
import { Dialog } from '../../components/dialog.js';
import { Time } from '../../components/time.js';
import type { ConfirmedApproval } from '../../signing/index.js';
import { shown } from '../../text/shown.js';
import { FaultBanner } from '../key/fault-banner.js';

export interface SayDialogProps {
  readonly confirmed: ConfirmedApproval;
  readonly busy: boolean;
  readonly fault: unknown;
  readonly onSign: () => void;
  readonly onClose: () => void;
}

const words = {
  grant: { title: 'You approve', button: 'Sign and approve' },
  deny: { title: 'You deny', button: 'Sign and deny' },
  withdraw: { title: 'You take back your approval', button: 'Sign and take it back' },
} as const;

/** The last look: what the signature says, member by member, after it was found to be what the page shows. */
export function SayDialog({ confirmed: { claims }, busy, fault, onSign, onClose }: SayDialogProps) {
  const { title, button } = words[claims.verdict];
  const { operations, audience } = claims;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      wide
      actions={
        <>
          <button type="button" onClick={onClose} disabled={busy}>
            Not now
          </button>
          <button
            type="button"
            className={claims.verdict === 'grant' ? 'primary' : 'danger'}
            onClick={onSign}
            disabled={busy}
          >
            {busy ? 'Signing …' : button}
          </button>
        </>
      }
    >
      <p>
        This is what your key signs. It was derived again in this browser from the plan shown on this page,
        and is worth nothing for any other.
      </p>
      <dl className="facts">
        <dt>As</dt>
        <dd>
          {shown(claims.approver)}, with the key <span className="mono">{shown(claims.key_id)}</span>
        </dd>
        <dt>Run</dt>
        <dd>
          <CopyId id={claims.run_id} label="run id" whole />
        </dd>
        <dt>Plan</dt>
        <dd>
          <CopyId id={claims.plan_digest} label="plan digest" whole />
        </dd>
        <dt>Operations</dt>
        <dd>{operations === 'all' ? 'all of the plan' : operations.map((id) => shown(id)).join(', ')}</dd>
        {claims.withdraws === null ? null : (
          <>
            <dt>Takes back</dt>
            <dd className="mono">{claims.withdraws}</dd>
          </>
        )}
        <dt>Where</dt>
        <dd>
          {shown(audience.environment)}: {shown(audience.api_origin)}, log {shown(audience.log_origin)}
        </dd>
        <dt>Reason</dt>
        <dd>{claims.reason === null ? <span className="muted">none</span> : shown(claims.reason)}</dd>
        {claims.verdict === 'grant' ? (
          <>
            <dt>Counts until</dt>
            <dd>
              <Time at={claims.expires_at} />
            </dd>
          </>
        ) : null}
      </dl>
      {fault === undefined ? null : <FaultBanner title="Nothing was said" fault={fault} />}
    </Dialog>
  );
}

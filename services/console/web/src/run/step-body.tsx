import type { TimelineStep } from '@marketops/client';
import { CopyId, Time } from '../components/index.js';
import { shown, shownLines } from '../text/shown.js';

/** One event, whole: who says it, what it is bound to, where it stands in the chain. */
export function StepBody({ step }: { readonly step: TimelineStep }) {
  const { chain } = step;
  return (
    <div className="step-body stack">
      <dl className="facts">
        <dt>Time</dt>
        <dd>
          <Time at={step.time} />
        </dd>
        <dt>Said by</dt>
        <dd>
          {shown(step.actor)}
          {step.verified ? ', signature verified' : ': nobody vouches for it'}
        </dd>
        <dt>Event</dt>
        <dd>
          <CopyId id={step.event_id} label="event id" whole /> seq {step.seq} of{' '}
          <span className="mono">{shown(step.stream)}</span>
        </dd>
        <dt>Receipt</dt>
        <dd>
          {step.receipt_id === null ? (
            <span className="muted">not bound to one</span>
          ) : (
            <CopyId id={step.receipt_id} label="receipt id" whole />
          )}
        </dd>
        {chain === null ? (
          <>
            <dt>Chain</dt>
            <dd className="muted">The ledger has not taken it yet.</dd>
          </>
        ) : (
          <>
            <dt>Ledger entry</dt>
            <dd>{chain.sequence}</dd>
            <dt>Follows</dt>
            <dd>
              <CopyId id={chain.prev_hash} label="hash of the entry before" />
            </dd>
            <dt>Its hash</dt>
            <dd>
              <CopyId id={chain.hash} label="hash of the entry" />
            </dd>
            <dt>Event digest</dt>
            <dd>
              <CopyId id={chain.event_digest} label="event digest" />
            </dd>
            <dt>Statement</dt>
            <dd>
              <CopyId id={chain.statement_digest} label="statement digest" />
            </dd>
          </>
        )}
      </dl>
      <details className="fold">
        <summary className="small">Data</summary>
        <pre>{shownLines(JSON.stringify(step.data, undefined, 2), 60_000)}</pre>
      </details>
    </div>
  );
}

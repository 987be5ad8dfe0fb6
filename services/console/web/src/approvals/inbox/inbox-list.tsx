import type { RunApprovals } from '@marketops/client';
import { Link } from '@tanstack/react-router';
import { Badge } from '../../components/badge.js';
import { useNow } from '../../data/now.js';
import { shown } from '../../text/shown.js';
import { relativeTime } from '../../text/times.js';
import { plural, shortened } from '../../text/words.js';
import { waitingOf } from './waiting.js';

export interface InboxListProps {
  readonly runs: readonly RunApprovals[];
  readonly chosen: string | undefined;
}

/** What waits for people, the one that ends first at the top. */
export function InboxList({ runs, chosen }: InboxListProps) {
  return (
    <ul className="inbox" aria-label="Runs that wait for people">
      {runs.map((run) => (
        <li key={run.run_id}>
          <InboxItem run={run} isChosen={run.run_id === chosen} />
        </li>
      ))}
    </ul>
  );
}

function InboxItem({ run, isChosen }: { readonly run: RunApprovals; readonly isChosen: boolean }) {
  const now = useNow();
  const { needs, met, expiresAt, urgent, operationIds } = waitingOf(run, now);
  const { run_id: runId, principal, tenant_id: tenant, repositories, caller } = run;
  return (
    <Link
      to="/approvals"
      search={{ run: runId }}
      className="inbox-item"
      aria-current={isChosen ? 'true' : undefined}
    >
      <span className="row spread">
        <strong>{repositories.map((name) => shown(name)).join(', ') || shown(tenant)}</strong>
        {expiresAt === null ? null : (
          <Badge tone={urgent ? 'red' : 'blue'} title={expiresAt}>
            ends {relativeTime(expiresAt, now)}
          </Badge>
        )}
      </span>
      <span className="muted">
        {plural(operationIds.length, 'operation')}, asked by {shown(principal ?? 'somebody')} for{' '}
        {shown(tenant)}
      </span>
      <span className="row spread small">
        <span>
          {met} of {needs.length} met
        </span>
        <span className="mono muted">{shortened(runId, 8, 6)}</span>
      </span>
      {caller.may ? null : <span className="small muted">not yours to approve</span>}
    </Link>
  );
}

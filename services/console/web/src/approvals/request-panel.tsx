import type { ApprovalRequest, RunApprovals } from '@marketops/client';
import { Badge } from '../components/badge.js';
import { Panel } from '../components/page.js';
import { Time } from '../components/time.js';
import { useNow } from '../data/now.js';
import { shown } from '../text/shown.js';
import { countdown } from '../text/words.js';
import { waitingOf } from './inbox/waiting.js';

/** What federation asks of people and issuers, and how far it is. */
export function RequestPanel({ approvals }: { readonly approvals: RunApprovals }) {
  const { requests } = approvals;
  return (
    <Panel title="What is asked for" aside={<TimeLeft approvals={approvals} />}>
      {requests.length === 0 ? (
        <p className="muted">
          Nobody is asked for anything of it: the policy wants no people, or it has not been looked at yet.
        </p>
      ) : (
        requests.map((request) => <RequestView key={request.request_id} request={request} />)
      )}
    </Panel>
  );
}

function TimeLeft({ approvals }: { readonly approvals: RunApprovals }) {
  const now = useNow();
  const { expiresAt, urgent } = waitingOf(approvals, now);
  if (expiresAt === null) return <Badge>nothing open</Badge>;
  return (
    <Badge tone={urgent ? 'red' : 'blue'}>
      <span>
        {countdown(Date.parse(expiresAt) - now)} left, until <Time at={expiresAt} as="near" />
      </span>
    </Badge>
  );
}

const standings = {
  open: { tone: 'blue', text: 'open' },
  expired: { tone: 'red', text: 'ran out' },
  answered: { tone: 'green', text: 'answered' },
} as const;

function RequestView({ request }: { readonly request: ApprovalRequest }) {
  const { needs, evidence, missing_evidence: missing, reasons, operation_ids: ids, standing } = request;
  const { tone, text } = standings[standing];
  return (
    <div className="request">
      <p className="row">
        <Badge tone={tone}>{text}</Badge>
        <span>
          for {ids.map((id) => shown(id)).join(', ')}, until <Time at={request.expires_at} />
        </span>
      </p>
      <ul className="request-needs">
        {needs.map(({ policy_id: policy, approvals, group, have }) => (
          <li key={`${policy} ${group}`}>
            <Badge tone={have >= approvals ? 'green' : 'gold'}>
              {have} of {approvals}
            </Badge>{' '}
            {group === null ? 'by any approver' : <>by somebody of {shown(group)}</>}{' '}
            <span className="muted">(policy {shown(policy)})</span>
          </li>
        ))}
        {evidence.map((fact) => (
          <li key={fact}>
            <Badge tone={missing.includes(fact) ? 'gold' : 'green'}>
              {missing.includes(fact) ? 'missing' : 'there'}
            </Badge>{' '}
            the evidence <code>{shown(fact)}</code>
          </li>
        ))}
      </ul>
      {reasons.map(({ code, message, remedy }) => (
        <p key={`${code} ${message}`} className="small">
          {shown(message)} <span className="muted">→ {shown(remedy)}</span>
        </p>
      ))}
    </div>
  );
}

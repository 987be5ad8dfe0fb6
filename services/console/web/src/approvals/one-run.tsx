import { webCrypto } from '@marketops/proof/web';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Badge } from '../components/badge.js';
import { Banner } from '../components/banner.js';
import { CopyId } from '../components/copy-id.js';
import { Panel } from '../components/page.js';
import { ErrorState, Loading } from '../components/state.js';
import { may, useSession } from '../data/session.js';
import { shown } from '../text/shown.js';
import { waitingOf } from './inbox/waiting.js';
import { planToSignQuery, runApprovalsQuery } from './queries.js';
import { RequestPanel } from './request-panel.js';
import { SaidPanel } from './said-panel.js';
import type { Recorded } from './say/prepare.js';
import { SayForm } from './say/say-form.js';
import { subjectOf } from './subject/subject.js';
import { SubjectView } from './subject/subject-view.js';

/** One run that waits, or has waited, for people: what exactly it would do, who has said what, and one's own word on it. */
export function OneRun({ runId }: { readonly runId: string }) {
  const session = useSession();
  const [recorded, setRecorded] = useState<Recorded>();
  const approvals = useQuery(runApprovalsQuery(runId));
  const view = useQuery(planToSignQuery(runId));
  const digest = approvals.data?.plan_digest ?? null;
  const subject = useMemo(
    () => (view.data === undefined ? undefined : subjectOf(webCrypto, view.data, digest)),
    [view.data, digest],
  );
  const error = approvals.error ?? view.error;
  if (error !== null && (approvals.data === undefined || view.data === undefined))
    return (
      <ErrorState
        title="What is asked about this run could not be loaded"
        error={error}
        retry={() => void Promise.all([approvals.refetch(), view.refetch()])}
      />
    );
  if (approvals.data === undefined || subject === undefined) return <Loading what="what is asked" />;
  const { data } = approvals;
  const asked = waitingOf(data, Date.now()).operationIds;
  const canSay = may(session, 'carryApproval') && subject.is === 'shown' && subject.faults.length === 0;
  return (
    <div className="stack" key={runId}>
      <header className="row spread">
        <h2 className="row">
          {shown(data.principal ?? 'Somebody')} asks for{' '}
          {shown(data.repositories.join(', ') || data.tenant_id)}
        </h2>
        <span className="row">
          <Badge>{shown(data.status.replaceAll('_', ' '))}</Badge>
          <CopyId id={runId} label="run id" />
          <Link to="/runs/$runId" params={{ runId }}>
            Open the run
          </Link>
        </span>
      </header>
      <RequestPanel approvals={data} />
      <Panel title="What exactly would be done">
        <SubjectView subject={subject} asked={asked.length === 0 ? [...allOf(subject)] : asked} />
      </Panel>
      <SaidPanel said={data.said} />
      {recorded === undefined ? null : (
        <Banner tone="green" role="status" title="Said, and in the ledger">
          <p>
            {shown(recorded.type)}: event {recorded.seq} of{' '}
            <span className="mono">{shown(recorded.stream)}</span>
          </p>
        </Banner>
      )}
      {isOver(data.status) ? (
        <Banner tone="neutral" title="The run has ended">
          <p>
            Nothing that is said now would change anything. A receipt that stands is taken back with:
            marketops receipt revoke
          </p>
        </Banner>
      ) : canSay && subject.is === 'shown' ? (
        <SayForm
          key={runId}
          approvals={data}
          subject={{ plan: subject.plan, operations: [...subject.operations.values()] }}
          asked={asked}
          onSaid={setRecorded}
        />
      ) : may(session, 'carryApproval') ? null : (
        <p className="muted">
          You may look at it. Saying something takes the role approver for {shown(data.tenant_id)}.
        </p>
      )}
    </div>
  );
}

const allOf = (subject: ReturnType<typeof subjectOf>): readonly string[] =>
  subject.is === 'shown' ? subject.plan.operations.map(({ operation_id: id }) => id) : [];

const ended = ['completed', 'partial', 'failed', 'blocked', 'cancelled', 'rejected'];
const isOver = (status: string): boolean => ended.includes(status);

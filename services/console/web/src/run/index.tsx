import type { RunDetail } from '@marketops/client';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Badge, CopyId, ErrorState, ExportMenu, Loading, Page, Panel, Time } from '../components/index.js';
import { hasStatus } from '../data/problem.js';
import { flagWord, statusWord } from '../text/run-words.js';
import { shown } from '../text/shown.js';
import { shortened } from '../text/words.js';
import { Actions } from './actions.js';
import { exportRun } from './export-run.js';
import { ModeBanner } from './mode-banner.js';
import { OperationsPanel } from './operations-panel.js';
import { PlanPanel } from './plan-panel.js';
import { runQuery } from './queries.js';
import { TimelinePanel } from './timeline-panel.js';
import { WhyNotPanel } from './why-not-panel.js';
import './run.css';

/** One run: whether it can have an effect, what it changes, how it went, and why it has not shipped. */
export function RunScreen() {
  const { runId } = useParams({ from: '/runs/$runId' });
  const run = useQuery(runQuery(runId));
  const title = `Run ${shown(shortened(runId))}`;
  if (run.data !== undefined) return <Whole run={run.data} readAt={run.dataUpdatedAt} title={title} />;
  return (
    <Page title={title}>
      {run.isPending ? (
        <Loading what="the run" />
      ) : (
        <>
          <ErrorState
            title={hasStatus(run.error, 404) ? 'There is no such run' : 'The run could not be read'}
            error={run.error}
            retry={() => void run.refetch()}
          />
          <p>
            <Link to="/runs" search={{}}>
              All runs
            </Link>
          </p>
        </>
      )}
    </Page>
  );
}

interface WholeProps {
  readonly run: RunDetail;
  readonly readAt: number;
  readonly title: string;
}

function Whole({ run, readAt, title }: WholeProps) {
  return (
    <Page
      title={title}
      actions={
        <>
          <Actions run={run} />
          <ExportMenu choices={exportRun(run)} />
        </>
      }
    >
      <ModeBanner run={run} readAt={readAt} />
      <Head run={run} />
      <Faults run={run} />
      <WhyNotPanel runId={run.run_id} reasons={run.why_not_shipped} />
      <div className="run-columns">
        <div className="stack">
          <TimelinePanel run={run} />
        </div>
        <div className="stack">
          <OperationsPanel run={run} />
          <PlanPanel run={run} />
        </div>
      </div>
    </Page>
  );
}

function Head({ run }: { readonly run: RunDetail }) {
  const status = statusWord(run.status);
  return (
    <div className="run-head">
      <CopyId id={run.run_id} label="run id" whole />
      <Badge tone={status.tone} title={status.means}>
        {status.text}
      </Badge>
      {run.flags.map((flag) => {
        const { text, tone, means } = flagWord(flag);
        return (
          <Badge key={flag} tone={tone} title={means}>
            {text}
          </Badge>
        );
      })}
      <span>
        <span className="muted">tenant</span> {shown(run.tenant_id)}
      </span>
      {run.principal === null ? null : (
        <span>
          <span className="muted">asked by</span> {shown(run.principal)}
        </span>
      )}
      {run.idempotency_key === null ? null : (
        <span>
          <span className="muted">key</span> <CopyId id={run.idempotency_key} label="idempotency key" whole />
        </span>
      )}
      <span>
        <span className="muted">asked for</span> <Time at={run.created_at} />
      </span>
      {run.retry_of === null ? null : (
        <span>
          <span className="muted">again after</span>{' '}
          <Link to="/runs/$runId" params={{ runId: run.retry_of }} className="mono">
            {shown(shortened(run.retry_of))}
          </Link>
        </span>
      )}
    </div>
  );
}

/** Why the request could not be planned, and what somebody said when they stopped or reopened it. */
function Faults({ run }: { readonly run: RunDetail }) {
  const { rejected, cancel_requested: cancel, redriven, contents } = run;
  return (
    <>
      {rejected === null ? null : (
        <Panel title="Faults of the request" aside={<code>{shown(rejected.code)}</code>}>
          <dl className="facts">
            {rejected.faults.map(({ path, message }) => (
              <div key={`${path} ${message}`} style={{ display: 'contents' }}>
                <dt className="mono">{path === '' ? 'request' : shown(path)}</dt>
                <dd>{shown(message)}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      )}
      {cancel === null ? null : (
        <p>
          <Badge>cancel</Badge> {shown(cancel.principal)} asked to cancel it, <Time at={cancel.time} />:{' '}
          {shown(cancel.reason)}
        </p>
      )}
      {redriven.map(({ time, principal, reason }) => (
        <p key={time}>
          <Badge>redrive</Badge> {shown(principal)} had it tried again, <Time at={time} />: {shown(reason)}
        </p>
      ))}
      {contents.message === null ? null : <p className="muted">{shown(contents.message)}</p>}
    </>
  );
}

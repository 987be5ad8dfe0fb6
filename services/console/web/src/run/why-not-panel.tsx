import type { WhyNot } from '@marketops/client';
import { Link } from '@tanstack/react-router';
import { Badge, Banner, Panel, Time } from '../components/index.js';
import { useNow } from '../data/now.js';
import { shown, shownLines } from '../text/shown.js';
import { relativeTime } from '../text/times.js';
import { plural } from '../text/words.js';
import { type WhyNotView, whyNotViews } from './why-not-view.js';

export interface WhyNotPanelProps {
  readonly runId: string;
  readonly reasons: readonly WhyNot[];
}

/** Why something has not shipped, the gravest first; a possible attack stands above as an alert. */
export function WhyNotPanel({ runId, reasons }: WhyNotPanelProps) {
  const views = whyNotViews(reasons);
  const asksPeople = reasons.some(({ kind }) => kind === 'awaiting_approval' || kind === 'awaiting_evidence');
  const alerts = views.filter(({ why }) => why.security_alert);
  const others = views.filter(({ why }) => !why.security_alert);
  return (
    <>
      {alerts.map((view) => (
        <Banner key={view.key} tone="red" role="alert" title={`Security alert: ${view.title.toLowerCase()}`}>
          <Reason view={view} operations={view.operations} />
        </Banner>
      ))}
      {others.length === 0 ? null : (
        <Panel
          title="Why it has not shipped"
          aside={
            <span className="row">
              {asksPeople ? (
                <Link to="/approvals" search={{ run: runId }}>
                  Open its approvals
                </Link>
              ) : null}
              <Badge>{plural(others.length, 'reason')}</Badge>
            </span>
          }
        >
          <ul className="why-list why-grid">
            {others.map((view) => (
              <li key={view.key} className={`why why-${view.tone}`}>
                <div className="row">
                  <Badge tone={view.tone}>{view.title}</Badge>
                  <code className="muted">{shown(view.why.code)}</code>
                </div>
                <Reason view={view} operations={view.operations} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function Reason({
  view: { why },
  operations,
}: {
  readonly view: WhyNotView;
  readonly operations: readonly string[];
}) {
  return (
    <>
      <p className="pre-line">{shownLines(why.message, 4_000)}</p>
      {why.remedy === '' ? null : (
        <p className="pre-line muted">What to do: {shownLines(why.remedy, 4_000)}</p>
      )}
      {why.throttled_until !== null ? (
        <Until at={why.throttled_until} />
      ) : why.kind === 'throttled' ? (
        <p>Until when is not known here; it is tried again by itself, and no attempt is spent.</p>
      ) : null}
      <p className="small muted">
        {operations.length === 0 ? 'The whole run' : operations.map((id) => shown(id)).join(', ')}
        {why.policy_id === null ? '' : ` · policy ${shown(why.policy_id)}`}
        {why.time === null ? null : (
          <>
            {' · '}
            <Time at={why.time} />
          </>
        )}
        {why.verified ? '' : ' · an unverified claim: a refused job said it was of this run'}
      </p>
    </>
  );
}

function Until({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <p>
      Until <Time at={at} as="near" /> at the latest ({relativeTime(at, now)}); it goes on by itself.
    </p>
  );
}

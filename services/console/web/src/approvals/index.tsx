import { RunId } from '@marketops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Page } from '../components/page.js';
import { Empty, ErrorState, Loading } from '../components/state.js';
import { InboxList } from './inbox/inbox-list.js';
import { useInboxShortcuts } from './inbox/use-inbox-shortcuts.js';
import { OneRun } from './one-run.js';
import { inboxQuery } from './queries.js';
import '../components/parts.css';
import './approvals.css';

/** What waits for people, and exactly what each would say yes to. */
export function ApprovalsScreen() {
  const search = useSearch({ from: '/approvals' });
  const inbox = useQuery(inboxQuery);
  const runs = inbox.data?.runs ?? [];
  const asked = RunId.safeParse(search['run']);
  const [looked, setLooked] = useState<string>();
  // What somebody looks at stays, also when it has been answered and is in the inbox no more.
  const chosen = asked.success ? asked.data : (looked ?? runs[0]?.run_id);
  useEffect(() => setLooked(chosen), [chosen]);
  useInboxShortcuts(
    runs.map(({ run_id: id }) => id),
    chosen,
  );
  return (
    <Page title="Approvals">
      {inbox.error !== null && inbox.data === undefined ? (
        <ErrorState
          title="What waits for people could not be loaded"
          error={inbox.error}
          retry={() => void inbox.refetch()}
        />
      ) : inbox.data === undefined ? (
        <Loading what="what waits for people" />
      ) : runs.length === 0 && chosen === undefined ? (
        <Empty title="Nothing waits for people.">
          A run waits here while a policy asks for approvals (<code>@approvals("2")</code>) or evidence. Who
          may approve: marketops approver list
        </Empty>
      ) : (
        <div className="approvals">
          <aside className="stack">
            {runs.length === 0 ? <p className="muted">Nothing else waits for people.</p> : null}
            <InboxList runs={runs} chosen={chosen} />
            {inbox.data.not_looked_at > 0 ? (
              <p className="small muted">
                {inbox.data.not_looked_at} more unfinished runs were not looked at: find them under Runs,
                status awaiting approval.
              </p>
            ) : null}
          </aside>
          {chosen === undefined ? null : <OneRun key={chosen} runId={chosen} />}
        </div>
      )}
    </Page>
  );
}

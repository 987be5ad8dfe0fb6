import type { AccountLimits, Overview, Queue } from '@marketops/client';
import { useQuery } from '@tanstack/react-query';
import { Badge } from '../../components/badge.js';
import { Panel } from '../../components/page.js';
import { Empty, ErrorState, Loading } from '../../components/state.js';
import { Time } from '../../components/time.js';
import { shown } from '../../text/shown.js';
import { duration, plural, thousands } from '../../text/words.js';
import { limitsQuery, overviewQuery } from '../queries.js';
import { accountText, accountTone, gaugesOf, queuesInOrder, queueTone, windowText } from './facts.js';

/** Whether the machinery is well: the ledger, Redis, the queues, and what is left of GitHub's limits. */
export function SystemPanels() {
  const { data, error, refetch } = useQuery(overviewQuery);
  if (error !== null && data === undefined)
    return <ErrorState title="The overview could not be loaded" error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the overview" />;
  return (
    <>
      <Gauges overview={data} />
      <Queues queues={data.queues} />
      <Limits accounts={data.accounts} />
    </>
  );
}

function Gauges({ overview }: { readonly overview: Overview }) {
  return (
    <Panel
      title="The system"
      aside={
        <span className="muted small">
          as of <Time at={overview.now} as="near" />
        </span>
      }
    >
      <ul className="gauges">
        {gaugesOf(overview).map(({ name, value, tone, hint }) => (
          <li key={name} className="gauge">
            <span className="small muted">{name}</span>
            <span className="gauge-value">
              <Badge tone={tone}>{shown(value)}</Badge>
            </span>
            <span className="small muted">{shown(hint)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Queues({ queues }: { readonly queues: readonly Queue[] }) {
  return (
    <Panel title="Queues" aside={<a href="/queues">Open Bull Board</a>}>
      {queues.length === 0 ? (
        <Empty title="There is no queue yet.">
          Each service makes its own when it starts: marketops dev, or marketops up.
        </Empty>
      ) : (
        <div className="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">Queue</th>
                <th scope="col" className="end">
                  Waiting
                </th>
                <th scope="col" className="end">
                  Oldest waits
                </th>
                <th scope="col" className="end">
                  Active
                </th>
                <th scope="col" className="end">
                  Delayed
                </th>
                <th scope="col" className="end">
                  Failed
                </th>
                <th scope="col" className="end">
                  Workers
                </th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>
              {queuesInOrder(queues).map((queue) => (
                <QueueRow key={queue.name} queue={queue} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function QueueRow({ queue }: { readonly queue: Queue }) {
  const { name, waiting, active, delayed, failed, paused, workers, oldest_age_ms: age } = queue;
  const tone = queueTone(queue);
  return (
    <tr>
      <td className="mono">{shown(name)}</td>
      <td className="end">{thousands(waiting)}</td>
      <td className="end">{age === null ? '–' : duration(age)}</td>
      <td className="end">{thousands(active)}</td>
      <td className="end">{thousands(delayed)}</td>
      <td className="end">{thousands(failed)}</td>
      <td className="end">{workers === null ? '–' : thousands(workers)}</td>
      <td>
        {failed > 0 ? (
          <Badge tone={tone}>failed jobs</Badge>
        ) : paused ? (
          <Badge tone={tone}>paused</Badge>
        ) : tone === 'gold' ? (
          <Badge tone={tone}>late</Badge>
        ) : (
          <span className="muted">{waiting + active + delayed === 0 ? 'idle' : 'moving'}</span>
        )}
      </td>
    </tr>
  );
}

/** For who may not see the whole system: the accounts alone. */
export function LimitsAlone() {
  const { data, error, refetch } = useQuery(limitsQuery);
  if (error !== null && data === undefined)
    return <ErrorState title="The limits could not be loaded" error={error} retry={() => void refetch()} />;
  return data === undefined ? <Loading what="the limits" /> : <Limits accounts={data.accounts} />;
}

function Limits({ accounts }: { readonly accounts: readonly AccountLimits[] }) {
  return (
    <Panel title="Limits per account">
      {accounts.length === 0 ? (
        <Empty title="No account is configured.">
          An account needs a credential: marketops.yml, accounts.
        </Empty>
      ) : (
        accounts.map((account) => <Account key={account.account} account={account} />)
      )}
    </Panel>
  );
}

function Account({ account }: { readonly account: AccountLimits }) {
  const { windows, paused_until: paused, next_write_at: next, reported, operations, requests } = account;
  return (
    <section className="account" aria-label={`Limits of ${account.account}`}>
      <h3 className="row">
        {shown(account.account)}
        <Badge tone={accountTone(account)}>{accountText(account)}</Badge>
      </h3>
      <div className="meters">
        {windows.map(({ window, used, max, left, more_at: moreAt, all_at: allAt }) => (
          <div key={window} className="meter-line">
            <span>{windowText(window)}</span>
            <meter
              aria-label={`${windowText(window)}, used`}
              min={0}
              max={Math.max(1, max)}
              high={max * 0.8}
              value={used}
            />
            <span className="small">
              {thousands(used)} of {thousands(max)}, {thousands(left)} left
              {moreAt === null ? (
                allAt === null ? null : (
                  <>
                    {' '}
                    (all at <Time at={allAt} as="near" />)
                  </>
                )
              ) : (
                <>
                  {' '}
                  (more at <Time at={moreAt} as="near" />)
                </>
              )}
            </span>
          </div>
        ))}
      </div>
      <p className="small muted">
        {paused === null ? null : (
          <>
            GitHub has asked for a pause until <Time at={paused} />.{' '}
          </>
        )}
        {next === null ? null : (
          <>
            The next write may go at <Time at={next} as="near" />.{' '}
          </>
        )}
        {reported === null ? null : (
          <>
            GitHub itself counts {thousands(reported.remaining)} of {thousands(reported.limit)} requests left
            until <Time at={reported.resets_at} as="near" />.{' '}
          </>
        )}
        {operations === null
          ? null
          : `Under way: ${plural(operations.under_way, 'operation')} of at most ${operations.max}${requests === null ? '' : `, ${plural(requests.under_way, 'request')}`}. `}
        {operations === null || operations.waiting.length === 0
          ? null
          : `Waiting: ${operations.waiting.map(({ tenant, operations: count }) => `${shown(tenant)} ${thousands(count)}`).join(', ')}.`}
      </p>
    </section>
  );
}

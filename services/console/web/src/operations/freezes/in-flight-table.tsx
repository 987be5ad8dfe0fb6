import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Panel } from '../../components/page.js';
import { ErrorState } from '../../components/state.js';
import { Time } from '../../components/time.js';
import { shown } from '../../text/shown.js';
import { plural, shortened } from '../../text/words.js';
import { inFlightQuery } from '../queries.js';

/** Effects that have started and not ended: what a freeze does not stop. */
export function InFlightTable({ scope }: { readonly scope: string }) {
  const { data, error, refetch } = useQuery(inFlightQuery(scope));
  return (
    <Panel
      title="In flight"
      aside={
        data === undefined ? null : <span className="muted">{plural(data.in_flight.length, 'effect')}</span>
      }
    >
      {error !== null && data === undefined ? (
        <ErrorState
          title="What is in flight could not be loaded"
          error={error}
          retry={() => void refetch()}
        />
      ) : data === undefined || data.in_flight.length === 0 ? (
        <p className="muted">Nothing that had started is without its outcome.</p>
      ) : (
        <div className="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">Run</th>
                <th scope="col">Operation</th>
                <th scope="col">Tenant</th>
                <th scope="col">Started</th>
                <th scope="col">Its worker has until</th>
              </tr>
            </thead>
            <tbody>
              {data.in_flight.map((one) => (
                <tr key={one.execution_id}>
                  <td className="mono">
                    <Link to="/runs/$runId" params={{ runId: one.run_id }}>
                      {shortened(one.run_id)}
                    </Link>
                  </td>
                  <td>{shown(one.operation_id)}</td>
                  <td>{shown(one.tenant_id)}</td>
                  <td>
                    <Time at={one.started_at} as="near" />
                  </td>
                  <td>
                    <Time at={one.lease_until} as="near" />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data?.in_flight_complete === false ? (
        <p className="muted">There are more runs under way than were looked at.</p>
      ) : null}
    </Panel>
  );
}

import type { Said } from '@marketops/client';
import { Badge } from '../components/badge.js';
import { Panel } from '../components/page.js';
import { Time } from '../components/time.js';
import { shown } from '../text/shown.js';
import { plural } from '../text/words.js';

const verbs = { grant: 'yes', deny: 'no', withdraw: 'takes it back' } as const;

/** Who has said what, and whether it counts. */
export function SaidPanel({ said }: { readonly said: readonly Said[] }) {
  return (
    <Panel
      title="Who has said what"
      aside={<span className="muted">{plural(said.length, 'statement')}</span>}
    >
      {said.length === 0 ? (
        <p className="muted">Nobody has said anything yet.</p>
      ) : (
        <div className="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">Who</th>
                <th scope="col">Said</th>
                <th scope="col">About</th>
                <th scope="col">When</th>
                <th scope="col">Counts</th>
              </tr>
            </thead>
            <tbody>
              {said.map((one) => (
                <SaidRow key={one.approval.approval_id} said={one} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function SaidRow({
  said: { approval, recorded_at: at, groups, counts, counts_for, because },
}: {
  readonly said: Said;
}) {
  const { approver, verdict, operations, reason, assertion } = approval;
  return (
    <tr>
      <td>
        <strong>{shown(approver)}</strong>
        {groups.length === 0 ? null : (
          <span className="muted"> ({groups.map((name) => shown(name)).join(', ')})</span>
        )}
      </td>
      <td>
        {verbs[verdict]}
        {reason === null ? null : <>: {shown(reason)}</>}
        {assertion === undefined ? null : <span className="muted"> by passkey</span>}
      </td>
      <td>{operations === 'all' ? 'all' : operations.map((id) => shown(id)).join(', ')}</td>
      <td>
        <Time at={at} as="near" />
      </td>
      <td>
        {counts ? (
          <Badge tone="green">yes{operations === 'all' ? '' : `, for ${counts_for.length}`}</Badge>
        ) : (
          <>
            <Badge tone="gold">no</Badge>{' '}
            <span className="small">{shown(because ?? 'it is about nothing that is open')}</span>
          </>
        )}
      </td>
    </tr>
  );
}

import type { KeyView } from '@marketops/client';
import { useQuery } from '@tanstack/react-query';
import { Badge, type Tone } from '../../components/badge.js';
import { Panel } from '../../components/page.js';
import { ErrorState, Loading } from '../../components/state.js';
import { Time } from '../../components/time.js';
import { CommandLine } from '../../ledger/command-line.js';
import { shown } from '../../text/shown.js';
import { plural } from '../../text/words.js';
import { keysQuery } from '../queries.js';
import { keysInOrder } from './key-order.js';

const states: Readonly<Record<KeyView['state'], { readonly tone: Tone; readonly text: string }>> = {
  good: { tone: 'green', text: 'good' },
  not_yet: { tone: 'blue', text: 'not yet' },
  expiring: { tone: 'gold', text: 'expires soon' },
  expired: { tone: 'neutral', text: 'expired' },
  revoked: { tone: 'red', text: 'revoked' },
};

/** Who can sign what, and until when. */
export function KeysPanel() {
  const { data, error, refetch } = useQuery(keysQuery);
  if (error !== null && data === undefined)
    return <ErrorState title="The keys could not be loaded" error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the keys" />;
  return (
    <Panel title="Keys that sign" aside={<span className="muted">{plural(data.keys.length, 'key')}</span>}>
      <div className="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Purpose</th>
              <th scope="col">Holder</th>
              <th scope="col">From</th>
              <th scope="col">Until</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {keysInOrder(data.keys).map((key) => (
              <KeyRow key={key.key_id} listed={key} />
            ))}
          </tbody>
        </table>
      </div>
      <CommandLine label="rotate a key" text="marketops keys rotate <service> <key> --overlap 25h" />
    </Panel>
  );
}

function KeyRow({ listed }: { readonly listed: KeyView }) {
  const { key_id: id, purpose, algorithm, holder, groups, not_before: from, not_after: until } = listed;
  const { tone, text } = states[listed.state];
  const end = listed.revoked_at ?? until;
  return (
    <tr>
      <td className="mono">
        {shown(id)}
        {algorithm === 'ed25519' ? null : <span className="muted"> passkey</span>}
      </td>
      <td>{shown(purpose)}</td>
      <td>
        {shown(holder)}
        {groups.length === 0 ? null : (
          <span className="muted"> ({groups.map((name) => shown(name)).join(', ')})</span>
        )}
      </td>
      <td>
        <Time at={from} />
      </td>
      <td>{end === null ? <span className="muted">until it is rotated</span> : <Time at={end} />}</td>
      <td>
        <Badge tone={tone}>{text}</Badge>
      </td>
    </tr>
  );
}

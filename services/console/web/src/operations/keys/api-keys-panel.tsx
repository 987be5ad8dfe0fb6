import type { ApiKey, NewApiKey } from '@marketops/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FaultBanner } from '../../approvals/key/fault-banner.js';
import { Badge } from '../../components/badge.js';
import { Banner } from '../../components/banner.js';
import { CopyId } from '../../components/copy-id.js';
import { Dialog } from '../../components/dialog.js';
import { Panel } from '../../components/page.js';
import { Empty, ErrorState, Loading } from '../../components/state.js';
import { Time } from '../../components/time.js';
import { api, unwrap } from '../../data/api.js';
import { shown } from '../../text/shown.js';
import { apiKeysQuery } from '../queries.js';
import { ApiKeyForm } from './api-key-form.js';

/** The keys of this API: who may ask for what, until when. Their secrets are shown once, when they are made. */
export function ApiKeysPanel() {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(apiKeysQuery);
  const [made, setMade] = useState<NewApiKey>();
  const [revoking, setRevoking] = useState<ApiKey>();
  const changed = () => void queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
  return (
    <Panel title="API keys">
      {error !== null && data === undefined ? (
        <ErrorState title="The API keys could not be loaded" error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="the API keys" />
      ) : data.keys.length === 0 ? (
        <Empty title="There is no API key.">Upstream systems ask with one; people sign in.</Empty>
      ) : (
        <ApiKeyTable keys={data.keys} onRevoke={setRevoking} />
      )}
      {made === undefined ? null : (
        <Banner tone="gold" role="status" title={`The secret of ${shown(made.key.name)}, shown this once`}>
          <p>
            <CopyId id={made.secret} label="secret" whole />
          </p>
          <p>Keep it now: the server has only its digest.</p>
          <p>
            <button type="button" onClick={() => setMade(undefined)}>
              I have kept it
            </button>
          </p>
        </Banner>
      )}
      <ApiKeyForm
        onMade={(key) => {
          setMade(key);
          changed();
        }}
      />
      {revoking === undefined ? null : (
        <RevokeDialog
          apiKey={revoking}
          onClose={() => setRevoking(undefined)}
          onDone={() => {
            setRevoking(undefined);
            changed();
          }}
        />
      )}
    </Panel>
  );
}

const tones = { good: 'green', expired: 'neutral', revoked: 'red' } as const;

interface ApiKeyTableProps {
  readonly keys: readonly ApiKey[];
  readonly onRevoke: (key: ApiKey) => void;
}

function ApiKeyTable({ keys, onRevoke }: ApiKeyTableProps) {
  return (
    <div className="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">For</th>
            <th scope="col">May</th>
            <th scope="col">Made</th>
            <th scope="col">Until</th>
            <th scope="col">Last used</th>
            <th scope="col">State</th>
            <th scope="col">
              <span className="unseen">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <td>
                <strong>{shown(key.name)}</strong> <span className="mono muted small">{shown(key.id)}</span>
              </td>
              <td>{shown(key.principal)}</td>
              <td>{key.grants.map(grantText).join('; ')}</td>
              <td>
                <Time at={key.created_at} as="relative" />{' '}
                <span className="muted">by {shown(key.created_by)}</span>
              </td>
              <td>
                <Time at={key.revoked_at ?? key.expires_at} />
              </td>
              <td>
                {key.last_used_at === null ? (
                  <span className="muted">never</span>
                ) : (
                  <Time at={key.last_used_at} as="relative" />
                )}
              </td>
              <td>
                <Badge tone={tones[key.state]}>{key.state}</Badge>
              </td>
              <td>
                {key.state === 'good' ? (
                  <button type="button" className="danger" onClick={() => onRevoke(key)}>
                    Revoke …
                  </button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const grantText = ({ tenants, roles }: ApiKey['grants'][number]): string =>
  shown(`${roles.join(', ')} for ${tenants === 'all' ? 'every tenant' : tenants.join(', ')}`);

interface RevokeDialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function RevokeDialog({ apiKey, onClose, onDone }: RevokeDialogProps) {
  const revoke = useMutation({
    mutationFn: async () =>
      unwrap(await api.DELETE('/v1/api-keys/{id}', { params: { path: { id: apiKey.id } } })),
    onSuccess: onDone,
  });
  return (
    <Dialog
      title={`Revoke ${shown(apiKey.name)}`}
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Not now
          </button>
          <button
            type="button"
            className="danger"
            disabled={revoke.isPending}
            onClick={() => revoke.mutate()}
          >
            Revoke it for good
          </button>
        </>
      }
    >
      <p>Whatever asks with it is refused from now on. What it has asked for goes on.</p>
      {revoke.error === null ? null : <FaultBanner title="It was not revoked" fault={revoke.error} />}
    </Dialog>
  );
}

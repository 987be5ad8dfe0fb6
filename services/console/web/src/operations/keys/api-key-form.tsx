import type { NewApiKey, Role } from '@marketops/client';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FaultBanner } from '../../approvals/key/fault-banner.js';
import { api, unwrap } from '../../data/api.js';

const roles = {
  submitter: 'asks for runs',
  approver: 'carries signed words on plans',
  operator: 'stops, opens again, reconciles',
  auditor: 'reads the ledger itself',
  admin: 'gives out these keys',
} as const satisfies Readonly<Record<Role, string>>;
const roleNames = Object.keys(roles) as Role[];
const daysMax = 366;

/** Makes a key. The server refuses what is for tenants that are not one's own. */
export function ApiKeyForm({ onMade }: { readonly onMade: (made: NewApiKey) => void }) {
  const [name, setName] = useState('');
  const [principal, setPrincipal] = useState('');
  const [tenants, setTenants] = useState('');
  const [ticked, setTicked] = useState<ReadonlySet<Role>>(new Set(['submitter']));
  const [days, setDays] = useState(90);
  const make = useMutation({
    mutationFn: async () =>
      unwrap(
        await api.POST('/v1/api-keys', {
          body: {
            ...{ name: name.trim(), principal: principal.trim(), expires_in_days: days },
            tenants: tenantsOf(tenants),
            roles: roleNames.filter((role) => ticked.has(role)),
          },
        }),
      ),
    onSuccess: (made) => {
      setName('');
      onMade(made);
    },
  });
  const ready = name.trim() !== '' && principal.trim() !== '' && tenants.trim() !== '' && ticked.size > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) make.mutate();
  };
  const tick = (role: Role) => {
    const next = new Set(ticked);
    if (!next.delete(role)) next.add(role);
    setTicked(next);
  };
  return (
    <form className="stack api-key-form" onSubmit={submit}>
      <h3>Make a key</h3>
      <div className="row">
        <label className="field">
          <span>Name</span>
          <input maxLength={100} value={name} onChange={({ target }) => setName(target.value)} />
        </label>
        <label className="field">
          <span>Principal, as marketops.yml has it</span>
          <input value={principal} spellCheck={false} onChange={({ target }) => setPrincipal(target.value)} />
        </label>
        <label className="field">
          <span>Tenants, or "all"</span>
          <input
            value={tenants}
            spellCheck={false}
            placeholder="acme, globex"
            onChange={({ target }) => setTenants(target.value)}
          />
        </label>
        <label className="field">
          <span>Days it counts</span>
          <input
            type="number"
            min={1}
            max={daysMax}
            value={days}
            onChange={({ target }) =>
              setDays(Math.max(1, Math.min(daysMax, Math.round(target.valueAsNumber) || 1)))
            }
          />
        </label>
      </div>
      <fieldset className="row plain-fields">
        <legend className="small muted">Roles; none contains another</legend>
        {roleNames.map((role) => (
          <label key={role} className="row">
            <input type="checkbox" checked={ticked.has(role)} onChange={() => tick(role)} />
            {role} <span className="small muted">{roles[role]}</span>
          </label>
        ))}
      </fieldset>
      <div className="row">
        <button type="submit" disabled={!ready || make.isPending}>
          Make the key
        </button>
      </div>
      {make.error === null ? null : <FaultBanner title="No key was made" fault={make.error} />}
    </form>
  );
}

const tenantsOf = (text: string): 'all' | string[] => {
  const names = text
    .split(/[\s,]+/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 1 && names[0] === 'all' ? 'all' : names;
};

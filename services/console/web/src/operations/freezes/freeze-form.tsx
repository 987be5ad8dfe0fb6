import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Banner } from '../../components/banner.js';
import { Panel } from '../../components/page.js';
import { shown } from '../../text/shown.js';
import { plural } from '../../text/words.js';
import { carryFreeze } from '../orders/carry-order.js';
import { OrderDialog } from '../orders/order-dialog.js';
import { scopeText } from '../orders/order-facts.js';
import { freezesQuery } from '../queries.js';
import { type ScopeKind, scopeHints, scopeKinds, scopeOf } from './scope-choice.js';

/** Stops all minting and all new effects in a scope, at once. */
export function FreezeForm() {
  const queries = useQueryClient();
  const [kind, setKind] = useState<ScopeKind>('repository');
  const [name, setName] = useState('');
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState<{ readonly scope: string; readonly inFlight: number }>();
  const scope = scopeOf(kind, name);
  return (
    <Panel title="Freeze">
      <p className="muted">
        Nothing new starts in the scope and no receipt is minted for it, at once. What has started is not
        called back: it is listed below. Dry runs, plans and approvals go on.
      </p>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          setDone(undefined);
          if ('scope' in scope) setAsking(true);
        }}
      >
        <label className="row">
          <span>Scope</span>
          <select
            value={kind}
            onChange={({ target }) => setKind(scopeKinds.find((one) => one === target.value) ?? 'repository')}
          >
            <option value="repository">one repository</option>
            <option value="account">one account</option>
            <option value="tenant">one tenant</option>
            <option value="all">everything</option>
          </select>
        </label>
        {kind === 'all' ? null : (
          <input
            aria-label={`Name of the ${kind}`}
            placeholder={scopeHints[kind]}
            value={name}
            spellCheck={false}
            onChange={({ target }) => setName(target.value)}
          />
        )}
        <button type="submit" className="danger" disabled={!('scope' in scope)}>
          Freeze …
        </button>
        {'lacks' in scope && name !== '' ? <span className="muted">{scope.lacks}</span> : null}
      </form>
      {done === undefined ? null : (
        <Banner tone="gold" role="status" title={`Frozen: ${shown(scopeText(done.scope))}`}>
          <p>
            The ledger has the order.{' '}
            {done.inFlight === 0
              ? 'Nothing that had started is without its outcome.'
              : `${plural(done.inFlight, 'effect')} had started before and may still take place: see below.`}{' '}
            Somebody else can lift it.
          </p>
        </Banner>
      )}
      {asking && 'scope' in scope ? (
        <OrderDialog
          title="Freeze"
          button="Sign and freeze"
          explain={
            <p>
              Everything in the scope stops before its next effect. Lifting it takes a second person: you will
              not be able to do it yourself.
            </p>
          }
          action={{ kind: 'freeze', scopes: [scope.scope] }}
          carry={carryFreeze}
          onClose={() => setAsking(false)}
          onDone={({ scope: frozen, in_flight: inFlight }) => {
            setAsking(false);
            setDone({ scope: frozen, inFlight: inFlight.length });
            void queries.invalidateQueries({ queryKey: freezesQuery.queryKey });
          }}
        />
      ) : null}
    </Panel>
  );
}

import type { FrozenScope } from '@marketops/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Badge } from '../../components/badge.js';
import { Banner } from '../../components/banner.js';
import { Panel } from '../../components/page.js';
import { ErrorState, Loading } from '../../components/state.js';
import { Time } from '../../components/time.js';
import { may, useSession } from '../../data/session.js';
import { shown } from '../../text/shown.js';
import { carryUnfreeze } from '../orders/carry-order.js';
import { OrderDialog } from '../orders/order-dialog.js';
import { scopeText } from '../orders/order-facts.js';
import { freezesQuery } from '../queries.js';
import { FreezeForm } from './freeze-form.js';
import { InFlightTable } from './in-flight-table.js';

/** What is frozen, by whom and why; freezing alone, unfreezing by a second person. */
export function FreezesPanel() {
  const session = useSession();
  const { data, error, refetch } = useQuery(freezesQuery);
  const [lifting, setLifting] = useState<FrozenScope>();
  const [said, setSaid] = useState<string>();
  const queries = useQueryClient();
  if (error !== null && data === undefined)
    return (
      <ErrorState title="What is frozen could not be loaded" error={error} retry={() => void refetch()} />
    );
  if (data === undefined) return <Loading what="what is frozen" />;
  return (
    <>
      <Panel title="What is frozen">
        {data.freezes.length === 0 ? (
          <p className="muted">Nothing is frozen.</p>
        ) : (
          data.freezes.map((one) => (
            <FrozenView
              key={one.scope}
              frozen={one}
              onLift={
                may(session, 'unfreeze') && one.scope !== 'ledger:room' ? () => setLifting(one) : undefined
              }
            />
          ))
        )}
        {data.refused_unfreezes.map(({ event_id: id, scopes, reason }) => (
          <Banner key={id} tone="gold" title="An order to unfreeze that does not count">
            <p>
              Of {scopes.map((scope) => shown(scopeText(scope))).join(', ')}: {shown(reason)}. Find out who
              carried it.
            </p>
          </Banner>
        ))}
        <p role="status">{said ?? ''}</p>
      </Panel>
      {may(session, 'freeze') ? <FreezeForm /> : null}
      {may(session, 'getInFlight') ? <InFlightTable scope="all" /> : null}
      {lifting === undefined ? null : (
        <OrderDialog
          title="Lift a freeze"
          button="Sign and unfreeze"
          explain={
            <p>
              What waited goes on by itself, once. Whoever froze it cannot lift it: it takes a second person.
              Only the freezes that are named below are lifted; one that somebody makes meanwhile stays.
            </p>
          }
          action={{
            kind: 'unfreeze',
            scopes: [lifting.scope],
            freezes: lifting.frozen_by.map(({ event_id: id }) => id),
          }}
          carry={carryUnfreeze}
          onClose={() => setLifting(undefined)}
          onDone={({ scope, still_frozen: still }) => {
            setLifting(undefined);
            setSaid(
              `${shown(scopeText(scope))} is no longer frozen${still.length === 0 ? '.' : `; still frozen: ${still.map((one) => shown(scopeText(one))).join(', ')}.`}`,
            );
            void queries.invalidateQueries({ queryKey: freezesQuery.queryKey });
          }}
        />
      )}
    </>
  );
}

function FrozenView({
  frozen: { scope, frozen_by: by, control_keys: keys, control_reason: reason, agrees },
  onLift,
}: {
  readonly frozen: FrozenScope;
  readonly onLift: (() => void) | undefined;
}) {
  return (
    <article className="frozen" aria-label={`Frozen: ${scopeText(scope)}`}>
      <div className="row spread">
        <span className="row">
          <Badge tone="gold">frozen</Badge>
          <strong>{shown(scopeText(scope))}</strong>
        </span>
        {onLift === undefined ? null : (
          <button type="button" onClick={onLift}>
            Unfreeze …
          </button>
        )}
      </div>
      {by.map(({ event_id: id, principal, time, reason: why }) => (
        <p key={id}>
          {shown(principal)}, <Time at={time} />: {shown(why)}
        </p>
      ))}
      {by.length === 0 && reason !== null ? <p>{shown(reason)}</p> : null}
      {agrees ? null : (
        <Banner tone="red" role="alert" title="Event and control keys differ">
          <p>
            {by.length === 0
              ? `${keys} of 64 control keys have it, and no signed event does: nobody vouches for it, and it holds all the same. Freeze it again to have it recorded, or unfreeze it.`
              : `A signed event says so, and only ${keys} of 64 control keys have it: the gate holds by the event alone. Find out who wrote Redis, and freeze it again.`}
          </p>
        </Banner>
      )}
    </article>
  );
}

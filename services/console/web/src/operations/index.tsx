import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Banner } from '../components/banner.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/state.js';
import { may, useSession } from '../data/session.js';
import { shown } from '../text/shown.js';
import { plural } from '../text/words.js';
import { DeadPanel } from './dead/dead-panel.js';
import { FreezesPanel } from './freezes/freezes-panel.js';
import { ApiKeysPanel } from './keys/api-keys-panel.js';
import { KeysPanel } from './keys/keys-panel.js';
import { scopeText } from './orders/order-facts.js';
import { freezesQuery, overviewQuery } from './queries.js';
import { LimitsAlone, SystemPanels } from './system/system-panels.js';
import '../components/parts.css';
import './operations.css';

const views = {
  system: 'System',
  dead: 'Uncertain and dead',
  freezes: 'Freezes',
  keys: 'Keys',
} as const;
type View = keyof typeof views;
const names = Object.keys(views) as View[];

/** Whether the machinery is well, and what to do where it is not. */
export function OperationsScreen() {
  const search = useSearch({ from: '/operations' });
  const view = names.find((name) => name === search['view']) ?? 'system';
  return (
    <Page title="Operations">
      <FrozenBanner view={view} />
      <nav className="tabs" aria-label="Views of operations">
        {names.map((name) => (
          <Link
            key={name}
            to="/operations"
            search={{ view: name }}
            aria-current={name === view ? 'page' : undefined}
          >
            {views[name]}
          </Link>
        ))}
      </nav>
      <ViewOf view={view} />
    </Page>
  );
}

function ViewOf({ view }: { readonly view: View }) {
  const session = useSession();
  switch (view) {
    case 'system':
      return may(session, 'getOverview') ? (
        <>
          <ExpiringBanner />
          <SystemPanels />
        </>
      ) : (
        <>
          <NotYours what="The state of the whole system" />
          {may(session, 'getLimits') ? <LimitsAlone /> : null}
        </>
      );
    case 'dead':
      return may(session, 'listDeadLetters') ? <DeadPanel /> : <NotYours what="What is dead" />;
    case 'freezes':
      return <FreezesPanel />;
    case 'keys':
      return (
        <>
          <KeysPanel />
          {may(session, 'listApiKeys') ? <ApiKeysPanel /> : null}
        </>
      );
  }
}

const NotYours = ({ what }: { readonly what: string }) => (
  <Empty title={`${what} is shown to operators, auditors and administrators.`}>
    Ask an administrator for one of these roles. The state of a run of yours stands under Runs.
  </Empty>
);

/** Above every view: while something is frozen, that is the first thing to know. */
function FrozenBanner({ view }: { readonly view: View }) {
  const { data } = useQuery(freezesQuery);
  const freezes = data?.freezes ?? [];
  if (freezes.length === 0 || view === 'freezes') return null;
  return (
    <Banner
      tone="gold"
      role="status"
      title={`Frozen: ${freezes.map(({ scope }) => shown(scopeText(scope))).join(', ')}`}
      aside={
        <Link to="/operations" search={{ view: 'freezes' }}>
          Who, why, and how to lift it
        </Link>
      }
    >
      <p>Nothing new starts there. What waits goes on by itself when it is lifted.</p>
    </Banner>
  );
}

function ExpiringBanner() {
  const { data } = useQuery(overviewQuery);
  const keys = data?.expiring_keys ?? [];
  if (keys.length === 0) return null;
  return (
    <Banner
      tone="gold"
      title={`${plural(keys.length, 'key')} to look at`}
      aside={
        <Link to="/operations" search={{ view: 'keys' }}>
          The keys
        </Link>
      }
    >
      <p>
        {keys
          .slice(0, 5)
          .map(({ key_id: id, state }) => `${shown(id)} (${state})`)
          .join(', ')}
        {keys.length > 5 ? ' …' : ''}
      </p>
    </Banner>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ErrorState, KeyHint, Loading, Page } from '../components/index.js';
import { onSignedOut } from '../data/api.js';
import { stopLive } from '../data/live.js';
import { useLiveQueries } from '../data/live-queries.js';
import { hasStatus } from '../data/problem.js';
import { SessionContext, sessionQuery, useSessionQuery } from '../data/session.js';
import { useShortcuts } from '../data/shortcuts.js';
import { zoneChoice } from '../data/zone.js';
import { chooseTheme, nextTheme, useTheme } from '../theme/theme.js';
import { HelpDialog } from './help-dialog.js';
import { LiveState } from './live-state.js';
import { SignIn } from './sign-in.js';
import { SignedIn } from './signed-in.js';
import './shell.css';

const screens = [
  { to: '/runs', title: 'Runs', key: '1' },
  { to: '/approvals', title: 'Approvals', key: '2' },
  { to: '/ledger', title: 'Ledger', key: '3' },
  { to: '/operations', title: 'Operations', key: '4' },
] as const;

/** Nothing is shown to whoever is not signed in, and nothing is drawn twice on the way there. */
export function Shell() {
  const session = useSessionQuery();
  const queries = useQueryClient();
  useEffect(
    () =>
      onSignedOut(() => {
        stopLive();
        void queries.resetQueries({ queryKey: sessionQuery.queryKey, exact: true });
      }),
    [queries],
  );
  if (session.data !== undefined) {
    return (
      <SessionContext value={session.data}>
        <Frame />
      </SessionContext>
    );
  }
  if (session.isPending) return <Loading what="the console" />;
  if (hasStatus(session.error, 401)) return <SignIn />;
  return (
    <main className="sign-in">
      <Page title="MarketOps">
        <ErrorState
          title="The console cannot be shown"
          error={session.error}
          retry={() => void session.refetch()}
        />
      </Page>
    </main>
  );
}

/** What stands around every screen: where one can go, whether it is live, how it looks, who is signed in. */
function Frame() {
  useLiveQueries();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  useShortcuts([
    ...screens.map(({ to, title, key }) => ({
      key,
      label: `Go to ${title}`,
      run: () => void navigate({ to, search: {} }),
    })),
    { key: '?', label: 'Show the shortcuts', run: () => setHelp(true) },
  ]);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <nav className="side" aria-label="Screens">
        <div className="brand">MarketOps</div>
        <ul className="side-links">
          {screens.map(({ to, title, key }) => (
            <li key={to}>
              <Link to={to} search={{}} className="side-link" activeProps={{ className: 'side-link here' }}>
                {title}
                <KeyHint keys={key} />
              </Link>
            </li>
          ))}
          <li>
            <a className="side-link" href="/queues">
              Queues
            </a>
          </li>
        </ul>
        <div className="side-foot">
          <LiveState />
          <SignedIn />
          <div className="row">
            <ThemeButton />
            <ZoneButton />
            <button type="button" className="small" onClick={() => setHelp(true)}>
              Shortcuts <KeyHint keys="?" />
            </button>
          </div>
        </div>
      </nav>
      <main id="content" className="content" tabIndex={-1}>
        <Outlet />
      </main>
      {help ? <HelpDialog onClose={() => setHelp(false)} /> : null}
    </div>
  );
}

function ThemeButton() {
  const theme = useTheme();
  return (
    <button
      type="button"
      className="small"
      title="Light, dark, or as the system has it"
      onClick={() => chooseTheme(nextTheme(theme))}
    >
      Colours: {{ system: 'auto', light: 'light', dark: 'dark' }[theme]}
    </button>
  );
}

function ZoneButton() {
  const utc = zoneChoice.use() === 'utc';
  return (
    <button
      type="button"
      className="small"
      title="The zone times are shown in; hovering over one shows both"
      onClick={() => zoneChoice.set(utc ? undefined : 'utc')}
    >
      Times: {utc ? 'UTC' : 'local'}
    </button>
  );
}

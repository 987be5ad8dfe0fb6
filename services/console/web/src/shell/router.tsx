import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { Empty, ErrorState, Loading, Page } from '../components/index.js';
import { parseSearch, stringifySearch } from '../data/search-text.js';
import { parseFilters } from '../runs/filters.js';
import { Shell } from './shell.js';

/*
 * The screens. Each is a file of its own, fetched when it is first opened (or hovered). Where a screen keeps something in the URL
 * (filters, a tab), its route reads it strictly: what does not fit is dropped, so that any link opens.
 */

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <Page title="Not found">
      <Empty title="There is no such page.">Choose one on the left, or press g.</Empty>
    </Page>
  ),
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/runs', search: {} });
  },
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: parseFilters,
  component: lazyRouteComponent(() => import('../runs/index.js'), 'RunsScreen'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId',
  component: lazyRouteComponent(() => import('../run/index.js'), 'RunScreen'),
});

/** Text values of the URL, as they are: the screen says what it makes of them. */
const textSearch = (search: Record<string, unknown>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );

const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../approvals/index.js'), 'ApprovalsScreen'),
});

const ledger = createRoute({
  getParentRoute: () => root,
  path: '/ledger',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../ledger/index.js'), 'LedgerScreen'),
});

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import('../operations/index.js'), 'OperationsScreen'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, runs, run, approvals, ledger, operations]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Loading what="the screen" />,
  defaultErrorComponent: ({ error, reset }) => (
    <Page title="Something went wrong">
      <ErrorState title="This screen could not be shown" error={error} retry={reset} />
    </Page>
  ),
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

import type { App } from '../access/apps.js';
import type { Installation } from '../access/credentials.js';
import { account } from '../state.js';
import { nodeId, renderAccount } from './account.js';

/** An App's own times mean nothing here; they stay the same, so that nothing depends on them. */
const since = '2020-01-01T00:00:00Z';

/** GitHub's `integration`. */
export function renderApp(url: string, { seed }: App) {
  const owner = seed.installations[0]?.account ?? seed.slug;
  return {
    id: seed.id,
    slug: seed.slug,
    node_id: nodeId('App', seed.id),
    ...(seed.client_id === undefined ? {} : { client_id: seed.client_id }),
    owner: renderAccount(url, account(owner, 'Organization')),
    name: seed.slug,
    description: 'An App of the simulated GitHub.',
    external_url: `${url}/apps/${seed.slug}`,
    html_url: `${url}/apps/${seed.slug}`,
    created_at: since,
    updated_at: since,
    permissions: { metadata: 'read', ...seed.installations[0]?.permissions },
    events: [],
    installations_count: seed.installations.length,
  };
}

/** GitHub's `installation`. */
export function renderInstallation(url: string, { app, seed }: Installation) {
  const holder = account(seed.account, 'Organization');
  return {
    id: seed.id,
    account: renderAccount(url, holder),
    repository_selection: seed.repositories === undefined ? 'all' : 'selected',
    access_tokens_url: `${url}/app/installations/${seed.id}/access_tokens`,
    repositories_url: `${url}/installation/repositories`,
    html_url: `${url}/organizations/${seed.account}/settings/installations/${seed.id}`,
    app_id: app.seed.id,
    ...(app.seed.client_id === undefined ? {} : { client_id: app.seed.client_id }),
    target_id: holder.id,
    target_type: holder.type,
    permissions: { metadata: 'read', ...seed.permissions },
    events: [],
    created_at: since,
    updated_at: since,
    single_file_name: null,
    app_slug: app.seed.slug,
    suspended_by: null,
    suspended_at: seed.suspended === true ? since : null,
  };
}

import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import { GitHubError } from '../errors.js';
import { checkedId, type RepositoryAt, repositoryParameters } from '../names.js';
import {
  InstallationShape,
  type InstallationToken,
  InstallationTokenShape,
  type Permissions,
  permissionLevels,
} from '../shapes/apps.js';
import { checkedToken } from '../transport/tokens.js';

/** What a token is to be good for. What is left out is not pared down: all the installation has. */
export interface TokenScope {
  readonly permissions?: Permissions;
  /** At most 500, as GitHub allows. */
  readonly repositoryIds?: readonly number[];
}

/** The App's installation for a repository's owner. Throws `not_found` when there is none, `forbidden` when suspended. */
export async function findInstallation(api: Api, at: RepositoryAt): Promise<number> {
  const asked = api.request('GET /repos/{owner}/{repo}/installation', repositoryParameters(at));
  const found = await orNull(api.decode(InstallationShape, asked));
  const where = `${at.owner}/${at.name}`;
  if (found === null) throw new GitHubError('not_found', `The App is not installed for ${where}.`);
  if (typeof found.suspended_at === 'string') {
    throw new GitHubError('forbidden', `The App's installation for ${where} is suspended.`);
  }
  return found.id;
}

const tooMuch = (what: string): GitHubError =>
  new GitHubError('invalid_response', `GitHub gave a token that is good for more than was asked: ${what}.`);

/** A token good for more than was asked is not used: the least that an operation needs is a promise made to people. */
function assertNoMore({ permissions, repositoryIds, selection }: InstallationToken, asked: TokenScope): void {
  if (asked.permissions !== undefined) {
    if (permissions === undefined) throw tooMuch('it does not say for what');
    for (const [name, level] of Object.entries(permissions)) {
      // Every token may read metadata, asked or not.
      const given = Object.hasOwn(asked.permissions, name) ? asked.permissions[name] : undefined;
      const allowed = given ?? (name === 'metadata' ? 'read' : undefined);
      const rank = allowed === undefined ? -1 : permissionLevels.indexOf(allowed);
      if (permissionLevels.indexOf(level) > rank) throw tooMuch(`${name.slice(0, 100)}: ${level}`);
    }
  }
  if (asked.repositoryIds !== undefined) {
    if (selection !== 'selected') throw tooMuch('every repository');
    if (repositoryIds === undefined) throw tooMuch('it does not say for which repositories');
    const other = repositoryIds.find((id) => !asked.repositoryIds?.includes(id));
    if (other !== undefined) throw tooMuch(`repository ${other}`);
  }
}

/** Refuses a scope that GitHub would read as "everything", or not at all. */
export function checkedScope(scope: TokenScope): TokenScope {
  const { permissions, repositoryIds } = scope;
  const refuse = (why: string): never => {
    throw new GitHubError('validation_failed', `Refused before any request: ${why}.`);
  };
  if (permissions !== undefined) {
    const entries = Object.entries(permissions);
    if (entries.length === 0) refuse('an empty set of permissions would mean all of them');
    const odd = entries.find(
      ([name, level]) => !/^[a-z_]{1,100}$/.test(name) || !permissionLevels.includes(level),
    );
    if (odd !== undefined) refuse(`${JSON.stringify(odd).slice(0, 100)} is no permission`);
  }
  if (repositoryIds !== undefined) {
    if (repositoryIds.length === 0) refuse('an empty list of repositories would mean all of them');
    if (repositoryIds.length > 500) refuse('a token is for at most 500 repositories');
    for (const id of repositoryIds) checkedId('repository', id);
  }
  return {
    ...(permissions === undefined ? {} : { permissions: { ...permissions } }),
    ...(repositoryIds === undefined
      ? {}
      : { repositoryIds: [...new Set(repositoryIds)].sort((a, b) => a - b) }),
  };
}

/** Has a token made for an installation. Made twice does no harm: an unused one expires within the hour. */
export async function exchangeToken(
  api: Api,
  installationId: number,
  { permissions, repositoryIds }: TokenScope,
): Promise<InstallationToken> {
  const asked = api.request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: checkedId('installation', installationId),
    ...(permissions === undefined ? {} : { permissions }),
    ...(repositoryIds === undefined ? {} : { repository_ids: [...repositoryIds] }),
  });
  const made = await api.decodeSecret(InstallationTokenShape, asked);
  checkedToken(made.token);
  if (Number.isNaN(made.expiresAtMs)) {
    throw new GitHubError('invalid_response', 'GitHub gave a token whose expiry cannot be read.');
  }
  assertNoMore(made, { ...(permissions && { permissions }), ...(repositoryIds && { repositoryIds }) });
  return made;
}

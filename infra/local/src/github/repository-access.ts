import { type Caller, may, sees } from './access/caller.js';
import type { Need } from './access/permissions.js';
import { type Call, type Endpoint, param, type RepositoryEndpoint } from './call.js';
import { fullName, type Repository } from './domain/model.js';
import { notFound, Problem } from './problem.js';

const isRead = (call: Call): boolean => call.method === 'GET';

/** GitHub answers a renamed repository's old name with a redirect to its id: 301 for reads, 307 for writes. */
function redirected(call: Call, repository: Repository): Problem {
  const rest = call.path.split('/').slice(4).join('/');
  const query = call.query.size === 0 ? '' : `?${call.query}`;
  const location = `${call.origin}/repositories/${repository.id}${rest === '' ? '' : `/${rest}`}${query}`;
  const status = isRead(call) ? 301 : 307;
  const message = status === 301 ? 'Moved Permanently' : 'Temporary Redirect';
  return new Problem(status, message, { headers: { location }, fields: { url: location } });
}

function repositoryOf(call: Call): Repository {
  const name = `${param(call, 'owner')}/${param(call, 'repo')}`;
  const repository = call.state.find(name);
  if (repository !== undefined && sees(call.caller, repository)) return repository;
  const renamed = repository === undefined ? call.state.renames.get(name.toLowerCase()) : undefined;
  if (renamed === undefined || call.state.find(fullName(renamed)) !== renamed) throw notFound();
  throw sees(call.caller, renamed) ? redirected(call, renamed) : notFound();
}

const called = (caller: Caller): string => (caller.kind === 'token' ? caller.called : 'integration');

/** What is public may be read by anybody; for anything else the token must have been given for it. */
function requirePermission(call: Call, repository: Repository, wanted: Need): void {
  if (isRead(call) && !repository.private && call.caller.kind !== 'app') return;
  if (may(call.caller, repository, wanted)) return;
  if (call.caller.kind === 'anonymous') throw new Problem(401, 'Requires authentication');
  const accepted = wanted.anyOf.map((name) => `${name}=${wanted.level}`).join('; ');
  throw new Problem(403, `Resource not accessible by ${called(call.caller)}`, {
    headers: { 'x-accepted-github-permissions': accepted },
  });
}

/** Finds the repository in the path and applies what GitHub applies before any endpoint. */
export function inRepository(wanted: Need, endpoint: RepositoryEndpoint): Endpoint {
  return (call) => {
    const repository = repositoryOf(call);
    requirePermission(call, repository, wanted);
    if (!isRead(call) && repository.archived) {
      throw new Problem(403, 'Repository was archived so is read-only.');
    }
    return endpoint(call, call.viewOf(repository));
  };
}

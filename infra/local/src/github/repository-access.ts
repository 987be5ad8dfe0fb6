import { type Call, type Endpoint, param, type RepositoryEndpoint } from './call.js';
import { fullName, type Repository } from './domain/model.js';
import { notFound, Problem } from './problem.js';

const isRead = (call: Call): boolean => call.method === 'GET';

/** GitHub answers a renamed repository's old name with a redirect to its id: 301 for reads, 307 for writes. */
function redirected(call: Call, repository: Repository): Problem {
  const rest = call.path.split('/').slice(4).join('/');
  const location = `${call.url}/repositories/${repository.id}${rest === '' ? '' : `/${rest}`}`;
  return isRead(call)
    ? new Problem(301, 'Moved Permanently', { headers: { location } })
    : new Problem(307, 'Temporary Redirect', { headers: { location } });
}

/** Finds the repository in the path and applies what GitHub applies before any endpoint. */
export function inRepository(endpoint: RepositoryEndpoint): Endpoint {
  return (call) => {
    const name = `${param(call, 'owner')}/${param(call, 'repo')}`;
    const repository = call.state.find(name);
    if (repository === undefined) {
      const renamed = call.state.renames.get(name.toLowerCase());
      throw renamed === undefined || call.state.find(fullName(renamed)) !== renamed
        ? notFound()
        : redirected(call, renamed);
    }
    if (repository.private && !call.authenticated) throw notFound();
    if (!isRead(call)) {
      if (!call.authenticated) throw new Problem(401, 'Requires authentication');
      if (repository.archived) throw new Problem(403, 'Repository was archived so is read-only.');
    }
    return endpoint(call, repository);
  };
}

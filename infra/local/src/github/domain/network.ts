import type { GitHubState } from '../state.js';
import type { Repository } from './model.js';

const rootOf = (repository: Repository): Repository =>
  repository.parent === null ? repository : rootOf(repository.parent);

/**
 * The repository of `owner` in the same network of forks.
 *
 * @param name `name` or `owner/name`, where the owner has several there
 */
export function inNetwork(
  state: GitHubState,
  repository: Repository,
  owner: string,
  name?: string,
): Repository | undefined {
  const root = rootOf(repository);
  const wanted = name?.split('/').at(-1)?.toLowerCase();
  const named = (one: Repository): boolean =>
    one.owner.login.toLowerCase() === owner.toLowerCase() &&
    (wanted === undefined || one.name.toLowerCase() === wanted);
  if (named(repository)) return repository;
  return [...state.repositories.values()].find((one) => named(one) && rootOf(one) === root);
}

import { fullName, type Repository } from '../domain/model.js';
import { nodeId, renderAccount } from './account.js';
import { repositoryLinks } from './repository-links.js';

export const repositoryApi = (url: string, repository: Repository): string =>
  `${url}/repos/${fullName(repository)}`;
export const repositoryHtml = (url: string, repository: Repository): string =>
  `${url}/${fullName(repository)}`;

/** GitHub's `repository`, as it stands inside a pull request. */
export function renderRepository(url: string, repository: Repository) {
  const html = repositoryHtml(url, repository);
  const host = new URL(url).host;
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    owner: renderAccount(url, repository.owner),
    private: repository.private,
    html_url: html,
    description: repository.description,
    fork: repository.parent !== null,
    ...repositoryLinks(repositoryApi(url, repository)),
    git_url: `git://${host}/${fullName(repository)}.git`,
    ssh_url: `git@${host}:${fullName(repository)}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    license: null,
    language: null,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 0,
    default_branch: repository.defaultBranch,
    open_issues: 0,
    open_issues_count: 0,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    visibility: repository.private ? 'private' : 'public',
    pushed_at: repository.createdAt,
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
  };
}

/** GitHub's `full-repository`, which `GET /repos/{owner}/{repo}` answers. */
export function renderFullRepository(
  url: string,
  repository: Repository,
  authenticated: boolean,
  push: boolean,
) {
  return {
    ...renderRepository(url, repository),
    subscribers_count: 0,
    network_count: 0,
    ...(authenticated
      ? { permissions: { admin: false, maintain: false, push, triage: push, pull: true } }
      : {}),
    ...(repository.parent === null ? {} : { parent: renderRepository(url, repository.parent) }),
  };
}

import type { Commit, Repository, TagObject } from '../domain/model.js';
import { nodeId, renderAccount } from './account.js';
import { repositoryApi, repositoryHtml } from './repository.js';

const unsigned = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
} as const;

/** GitHub's `commit`. */
export function renderCommit(url: string, repository: Repository, commit: Commit) {
  const api = repositoryApi(url, repository);
  const author = { name: 'Simulated Author', email: 'author@example.com', date: commit.date };
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    commit: {
      author,
      committer: author,
      message: commit.message,
      tree: { sha: commit.treeSha, url: `${api}/git/trees/${commit.treeSha}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${repositoryHtml(url, repository)}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: renderAccount(url, repository.owner),
    committer: renderAccount(url, repository.owner),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${repositoryHtml(url, repository)}/commit/${sha}`,
    })),
    stats: { total: 0, additions: 0, deletions: 0 },
    files: [],
  };
}

/** GitHub's `branch-with-protection`. */
export function renderBranch(url: string, repository: Repository, name: string, commit: Commit) {
  const self = `${repositoryApi(url, repository)}/branches/${name}`;
  return {
    name,
    commit: renderCommit(url, repository, commit),
    _links: { self, html: `${repositoryHtml(url, repository)}/tree/${name}` },
    protected: false,
    protection: {
      enabled: false,
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${self}/protection`,
  };
}

/** GitHub's `tag`, as lists of tags hold it: the commit, whatever kind of tag it is. */
export function renderTag(url: string, repository: Repository, name: string, commit: Commit) {
  const api = repositoryApi(url, repository);
  return {
    name,
    commit: { sha: commit.sha, url: `${api}/commits/${commit.sha}` },
    zipball_url: `${api}/zipball/refs/tags/${name}`,
    tarball_url: `${api}/tarball/refs/tags/${name}`,
    node_id: nodeId('Ref', `refs/tags/${name}`),
  };
}

/** GitHub's `git-ref`. */
export function renderRef(url: string, repository: Repository, ref: string, sha: string) {
  const api = repositoryApi(url, repository);
  const type = repository.objects.tagObjects.has(sha) ? 'tag' : 'commit';
  return {
    ref,
    node_id: nodeId('Ref', ref),
    url: `${api}/git/${ref}`,
    object: { type, sha, url: `${api}/git/${type}s/${sha}` },
  };
}

/** GitHub's `git-tag`: an annotated tag's object. */
export function renderTagObject(url: string, repository: Repository, tag: TagObject) {
  const api = repositoryApi(url, repository);
  return {
    node_id: nodeId('Tag', tag.sha),
    sha: tag.sha,
    url: `${api}/git/tags/${tag.sha}`,
    tag: tag.tag,
    message: tag.message,
    tagger: tag.tagger,
    object: { ...tag.target, url: `${api}/git/${tag.target.type}s/${tag.target.sha}` },
    verification: unsigned,
  };
}

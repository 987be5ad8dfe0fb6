import { GitSha } from '@marketops/contracts';
import { ConfigError, HoldError, type LoadedConfig, readSecret } from '@marketops/engine';
import { createGitHubClient, GitHubError, type GitHubReads, readsOnly } from '@marketops/github';
import type { Discovery } from './discovery.js';

/**
 * Discovery over GitHub's API, with a client that has no writing method. The token should be one that may only read:
 * GITHUB_READ_TOKEN or GITHUB_READ_TOKEN_FILE.
 */
export function githubDiscovery(loaded: LoadedConfig, env: NodeJS.ProcessEnv): Discovery {
  const token = readSecret(env, 'GITHUB_READ_TOKEN');
  if (token === undefined) {
    throw new ConfigError('key_missing', 'the planner has no token to read GitHub with', {
      next: 'Set GITHUB_READ_TOKEN or GITHUB_READ_TOKEN_FILE to a token with read access.',
    });
  }
  const client = createGitHubClient({
    apiUrl: loaded.apiUrl,
    ...(loaded.uploadUrl === undefined ? {} : { uploadUrl: loaded.uploadUrl }),
    token,
    userAgent: 'marketops-planner',
    requestTimeoutMs: loaded.config.timing.request_timeout_ms,
  });
  return discoveryOver(readsOnly(client));
}

export function discoveryOver(reads: GitHubReads): Discovery {
  return {
    async repository(fullName) {
      const [owner = '', name = ''] = fullName.split('/');
      try {
        const found = await patient(reads.getRepository(owner, name));
        return {
          archived: found.archived,
          default_branch: found.defaultBranch,
          repository: { id: found.id, name: found.name, owner: found.owner },
        };
      } catch (fault) {
        // What GitHub will say again tomorrow is a fact about the plan, not a failure of planning.
        if (fault instanceof GitHubError && fault.retry === 'terminal')
          return { fault: fault.message.slice(0, 500) };
        throw fault;
      }
    },
    async commit(repository, revision) {
      if (GitSha.safeParse(revision).success) return patient(reads.resolveCommit(repository, revision));
      // GitHub takes a plain name for a branch, a tag or a shortened SHA, whichever it finds. Here it is a branch or a
      // tag, and where both exist and differ it is neither.
      const [branch, tag] = await Promise.all([
        patient(reads.resolveCommit(repository, `heads/${revision}`)),
        patient(reads.resolveCommit(repository, `tags/${revision}`)),
      ]);
      return branch !== null && tag !== null && branch !== tag ? null : (branch ?? tag);
    },
    tag: async (repository, tagName) => (await patient(reads.getTag(repository, tagName)))?.peeledSha ?? null,
    branch: async (repository, name) => (await patient(reads.getBranch(repository, name)))?.sha ?? null,
  };
}

/** A rate limit is waited out for as long as GitHub says. */
async function patient<Value>(reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (fault) {
    if (fault instanceof GitHubError && fault.code === 'rate_limited') {
      throw new HoldError(fault.message, fault.retryAfterMs ?? 60_000);
    }
    throw fault;
  }
}

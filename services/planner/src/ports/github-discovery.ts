import { GitSha, type Repository } from '@marketops/contracts';
import { type ConfigError, HoldError, type LoadedConfig } from '@marketops/engine';
import {
  createGitHubClient,
  createReadCache,
  GitHubError,
  type GitHubReads,
  readsOnly,
} from '@marketops/github';
import type { AssetFacts, Discovery, ReleaseFacts } from './discovery.js';
import { discoveryByOwner } from './discovery-by-owner.js';
import { changesBetween, webOriginOf } from './github-changes.js';
import { openReadTokens } from './read-tokens.js';

/**
 * Discovery over GitHub's API, with clients that have no writing method and tokens that should have no writing permission:
 * those of `openReadTokens`, each for the repositories of its account. What belongs to no account (the fork of a pull request's
 * head) is read with GITHUB_READ_TOKEN where there is one.
 * @param onFault told when a secret's file was changed to what cannot be used; the last one that could goes on being used
 * @throws ConfigError when an account has nothing to be read with
 */
export function githubDiscovery(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
  onFault?: (name: string, fault: ConfigError) => void,
): Discovery {
  const { apiUrl, uploadUrl, config } = loaded;
  const tokenFor = openReadTokens(loaded, env, onFault);
  // What has not changed is not paid for again.
  const cache = createReadCache();
  const webOrigin = webOriginOf(apiUrl);
  return discoveryByOwner((owner, name) => {
    const token = tokenFor({ owner, name });
    if (token === undefined) return undefined;
    const client = createGitHubClient({
      ...{ apiUrl, uploadUrl, token, cache, userAgent: 'marketops-planner' },
      requestTimeoutMs: config.timing.request_timeout_ms,
    });
    return discoveryOver(readsOnly(client), webOrigin);
  });
}

export function discoveryOver(reads: GitHubReads, webOrigin = 'https://github.com'): Discovery {
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
    releases: (repository) => patient(publishedReleases(reads, repository)),
    asset: (repository, releaseId, name) => patient(assetNamed(reads, repository, releaseId, name)),
    latestTag: async (repository) => (await patient(reads.getLatestRelease(repository)))?.tagName ?? null,
    related: async (repository, base, head) =>
      (await patient(reads.compareCommits(repository, base, head))) !== null,
    label: async (repository, name) => (await patient(reads.getLabel(repository, name))) !== null,
    async collaborator(repository, login) {
      try {
        return await patient(reads.isCollaborator(repository, login));
      } catch (fault) {
        // GitHub tells this to those who may write, and the planner should not be one of them.
        if (fault instanceof GitHubError && fault.code === 'forbidden') return null;
        throw fault;
      }
    },
    changes: (repository, range) => patient(changesBetween(reads, repository, range, webOrigin)),
  };
}

async function publishedReleases(
  reads: GitHubReads,
  repository: Repository,
): Promise<ReadonlyMap<string, ReleaseFacts>> {
  const releases = new Map<string, ReleaseFacts>();
  for await (const { id, tagName, draft, immutable } of reads.listReleases(repository))
    if (!draft) releases.set(tagName, { id, immutable });
  return releases;
}

async function assetNamed(
  reads: GitHubReads,
  repository: Repository,
  releaseId: number,
  name: string,
): Promise<AssetFacts | null> {
  for await (const { name: found, sizeBytes, sha256, state } of reads.listAssets(repository, releaseId))
    if (found === name) return { complete: state === 'uploaded', sha256, size_bytes: sizeBytes };
  return null;
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

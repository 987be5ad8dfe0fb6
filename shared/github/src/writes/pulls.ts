import type { Api } from '../api.js';
import { GitHubError } from '../errors.js';
import { checkedHead, checkedRef, type RepositoryAt, repositoryParameters } from '../names.js';
import type { GitHubWrites } from '../ports/writes.js';
import { PullShape } from '../shapes/pulls.js';

/** GitHub's name for a fork; of another owner than the head's it would be another head. */
function headRepositoryOf(owner: string, at: RepositoryAt | undefined): { head_repo?: string } {
  if (at === undefined) return {};
  const fork = repositoryParameters(at);
  if (fork.owner.toLowerCase() !== owner.toLowerCase()) {
    throw new GitHubError(
      'validation_failed',
      `Refused before any request: the head is ${owner}'s, but its repository ${fork.owner}/${fork.repo} is not.`,
    );
  }
  return { head_repo: `${fork.owner}/${fork.repo}` };
}

export function pullWrites(api: Api): Pick<GitHubWrites, 'createPull'> {
  return {
    createPull: async (at, pull) => {
      const { title, body, draft } = pull;
      const { owner, branch } = checkedHead(pull.head);
      const parameters = {
        ...repositoryParameters(at),
        ...{ title, body, draft, head: `${owner}:${branch}`, base: checkedRef('base branch', pull.base) },
        ...headRepositoryOf(owner, pull.headRepository),
        // Not among what is authorized, so always off.
        maintainer_can_modify: false,
      };
      return api.decode(PullShape, api.request('POST /repos/{owner}/{repo}/pulls', parameters));
    },
  };
}

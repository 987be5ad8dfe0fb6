import type { Api } from '../api.js';
import { checkedHead, checkedRef, repositoryParameters } from '../names.js';
import type { GitHubWrites } from '../ports/writes.js';
import { PullShape } from '../shapes.js';

export function pullWrites(api: Api): Pick<GitHubWrites, 'createPull'> {
  return {
    createPull: async (at, pull) => {
      const { title, body, draft } = pull;
      const { owner, branch } = checkedHead(pull.head);
      const parameters = {
        ...repositoryParameters(at),
        ...{ title, body, draft, head: `${owner}:${branch}`, base: checkedRef('base branch', pull.base) },
        // Not among what is authorized, so always off.
        maintainer_can_modify: false,
      };
      return api.decode(PullShape, api.request('POST /repos/{owner}/{repo}/pulls', parameters));
    },
  };
}

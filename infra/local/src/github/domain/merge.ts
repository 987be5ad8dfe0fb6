import { Problem } from '../problem.js';
import type { GitHubState } from '../state.js';
import { addCommit, heads } from './git.js';
import type { Account, Pull, Repository } from './model.js';
import { refreshPull } from './pulls.js';

export type MergeMethod = 'merge' | 'squash';

/** Another person merges: a commit on the base branch, with both ends as parents or, squashed, with the base alone. */
export function mergePull(
  state: GitHubState,
  repository: Repository,
  pull: Pull,
  by: Account,
  method: MergeMethod = 'merge',
): Pull {
  if (pull.state !== 'open') throw new Problem(405, 'Pull Request is not mergeable');
  const { head, base } = refreshPull(pull);
  const message =
    method === 'merge'
      ? `Merge pull request #${pull.number} from ${head.repository.owner.login}/${head.branch}\n\n${pull.title}`
      : `${pull.title} (#${pull.number})`;
  const parents = method === 'merge' ? [base.sha, head.sha] : [base.sha];
  const commit = addCommit(repository.objects, { message, parents, date: state.now() });
  repository.refs.set(heads(base.branch), commit.sha);
  pull.merged = { at: state.now(), sha: commit.sha, by };
  pull.state = 'closed';
  pull.closedAt = pull.merged.at;
  pull.updatedAt = pull.merged.at;
  return pull;
}

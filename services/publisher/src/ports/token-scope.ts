import type { Operation, Repository } from '@marketops/contracts';
import { leastPermissions } from '@marketops/engine';
import type { TokenScope } from '@marketops/github';

/**
 * The least that an operation needs, in the repository it is for (docs/going-live.md has the table):
 * releases, tags and assets write contents; a pull request reads them and writes pull requests, labels and reviewers included.
 * @param workflows whether a release or tag may be of a commit that changes workflow files: GitHub asks for one permission more
 */
export function scopeOf(operation: Operation, workflows: boolean): TokenScope {
  const { repository, kind } = operation;
  const permissions = leastPermissions[kind];
  if (operation.kind !== 'open_pr') {
    // An asset changes no file of the repository.
    const mayChange = workflows && operation.kind !== 'attach_release_asset';
    return {
      permissions: mayChange ? { ...permissions, workflows: 'write' } : permissions,
      repositoryIds: [repository.id],
    };
  }
  const head = operation.head.repository;
  // An installation reaches the repositories of one owner; any other fork is read as everybody may.
  const ownFork = head.id !== repository.id && head.owner.toLowerCase() === repository.owner.toLowerCase();
  return {
    // To ask a team, GitHub wants to be told who its members are.
    permissions: operation.team_reviewers.length > 0 ? { ...permissions, members: 'read' } : permissions,
    repositoryIds: ownFork ? [repository.id, head.id] : [repository.id],
  };
}

/** To look, and to do nothing: in one repository, or in all that the installation has. */
export const readScope = (repository: Repository | undefined): TokenScope => ({
  permissions: leastPermissions.read,
  ...(repository === undefined ? {} : { repositoryIds: [repository.id] }),
});

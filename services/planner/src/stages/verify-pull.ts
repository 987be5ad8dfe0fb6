import type { Reason } from '@marketops/contracts';
import type { Selected } from './2-select.js';
import { missing } from './missing.js';

/** What a pull request lacks. Whether teams may review cannot be read beforehand; GitHub says so when they are asked. */
export function pullMissing(operation: Selected): Reason[] {
  const { facts, requested, fullName } = operation;
  if (requested.kind !== 'open_pr') return [];
  const { head_repository: fork } = facts;
  if (fork !== null && 'fault' in fork) {
    return [
      missing(
        'head_repository_missing',
        `${requested.head_repository ?? ''} cannot be the head of a pull request: ${fork.fault}`,
        `Name ${fullName} or a fork of it that the planner’s token may read.`,
      ),
    ];
  }
  return [...branchesMissing(operation), ...namesMissing(operation)];
}

function branchesMissing({ facts, fullName, requested }: Selected): Reason[] {
  const found: Reason[] = [];
  const { head, base, head_repository: fork } = facts;
  const headAt =
    fork === null || 'fault' in fork ? fullName : `${fork.repository.owner}/${fork.repository.name}`;
  if (head?.sha == null)
    found.push(
      missing('head_missing', `The head branch ${head?.ref ?? ''} is not in ${headAt}.`, 'Push the branch.'),
    );
  if (base?.sha == null)
    found.push(
      missing(
        'base_missing',
        `The base branch ${base?.ref ?? ''} is not in ${fullName}.`,
        'Name an existing branch.',
      ),
    );
  if (found.length === 0 && head?.sha === base?.sha) {
    found.push(
      missing(
        'nothing_to_merge',
        `${head?.ref} and ${base?.ref} are the same commit.`,
        'Push the commits that the pull request is about.',
      ),
    );
  }
  if (requested.kind === 'open_pr' && requested.head === requested.base && fork === null) {
    found.push(missing('head_is_base', 'Head and base are the same branch.', 'Name two branches.'));
  }
  return found;
}

const namesMissing = ({ facts, fullName }: Selected): Reason[] => [
  ...facts.labels_missing.map((name) =>
    missing(
      'label_missing',
      `There is no label ${name} in ${fullName}.`,
      'Make it on GitHub, or leave it out.',
    ),
  ),
  ...facts.reviewers_refused.map((login) =>
    missing(
      'reviewer_refused',
      `${login} is no collaborator of ${fullName} and cannot be asked to review.`,
      'Give them access to the repository, or leave them out.',
    ),
  ),
];

import type { OpenPullRequest } from '@marketops/contracts';
import type { SeedRepository } from '@marketops/local';
import { pullOperation } from './operations.js';

/** Whom and what a pull request may name. */
export const pullSeed: Partial<SeedRepository> = {
  labels: ['release', 'announcement'],
  collaborators: ['ada', 'grace'],
  teams: ['docs'],
};

/** A pull request with everything that one may have. */
export const fullPull = (changes: Partial<OpenPullRequest> = {}): OpenPullRequest =>
  pullOperation({
    labels: ['release', 'announcement'],
    reviewers: ['ada'],
    team_reviewers: ['docs'],
    ...changes,
  });

import { z } from 'zod';
import type { Api } from '../api.js';
import {
  answeredFor,
  checkedCount,
  checkedId,
  checkedLabel,
  checkedLogin,
  checkedTeam,
  repositoryParameters,
} from '../names.js';
import type { GitHubWrites } from '../ports/writes.js';
import { LabelShape, PullShape } from '../shapes/pulls.js';

const Labels = z.array(LabelShape).max(1_000);

/** What a pull request gets after it is opened: GitHub takes neither with the pull request itself. */
export function pullCompletionWrites(api: Api): Pick<GitHubWrites, 'addLabels' | 'requestReviewers'> {
  return {
    addLabels: async (at, number, names) => {
      checkedCount('number of labels', names.length);
      const issue = { ...repositoryParameters(at), issue_number: checkedId('pull request', number) };
      const parameters = { ...issue, labels: names.map(checkedLabel) };
      const asked = api.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', parameters);
      return (await api.decode(Labels, asked)).map(({ name }) => name);
    },

    requestReviewers: async (at, number, { reviewers, teams }) => {
      checkedCount('number of reviewers', reviewers.length + teams.length);
      const pull = { ...repositoryParameters(at), pull_number: checkedId('pull request', number) };
      const asked = { reviewers: reviewers.map(checkedLogin), team_reviewers: teams.map(checkedTeam) };
      const template = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';
      const answered = await api.decode(PullShape, api.request(template, { ...pull, ...asked }));
      return answeredFor('pull request', number, answered, (one) => one.number, true);
    },
  };
}

import { z } from 'zod';
import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import { GitHubError } from '../errors.js';
import { checkedId, checkedLabel, checkedLogin, repositoryParameters } from '../names.js';
import { allPages, byId, perPage } from '../pages.js';
import type { GitHubReads } from '../ports/reads.js';
import { LabelShape, RequestedReviewersShape, ReviewShape } from '../shapes/pulls.js';

type ReviewReads = Pick<
  GitHubReads,
  'listRequestedReviewers' | 'listReviews' | 'getLabel' | 'isCollaborator'
>;

const Reviews = z.array(ReviewShape).max(perPage);

/** What a pull request needs beside itself: reviewers, their reviews, and labels. */
export function reviewReads(api: Api): ReviewReads {
  return {
    listRequestedReviewers: async (at, number) => {
      const parameters = { ...repositoryParameters(at), pull_number: checkedId('pull request', number) };
      const template = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';
      return orNull(api.decode(RequestedReviewersShape, api.request(template, parameters)));
    },

    listReviews: (at, number) => {
      const fetchPage = (page: number, size: number) => {
        const pull = { ...repositoryParameters(at), pull_number: checkedId('pull request', number) };
        const parameters = { ...pull, per_page: size, page };
        const asked = api.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', parameters);
        return api.decodePage(Reviews, asked);
      };
      return allPages(`The reviews of pull request ${number}`, fetchPage, byId);
    },

    getLabel: async (at, name) => {
      const parameters = { ...repositoryParameters(at), name: checkedLabel(name) };
      const asked = api.request('GET /repos/{owner}/{repo}/labels/{name}', parameters);
      const found = await orNull(api.decode(LabelShape, asked));
      if (found !== null && found.name.toLowerCase() !== name.toLowerCase()) {
        throw new GitHubError('invalid_response', `Asked for a label, GitHub answered for another one.`);
      }
      return found;
    },

    isCollaborator: async (at, login) => {
      const parameters = { ...repositoryParameters(at), username: checkedLogin(login) };
      const asked = api.request('GET /repos/{owner}/{repo}/collaborators/{username}', parameters);
      // Yes is an answer without content.
      return (await orNull(api.decode(z.literal(''), asked))) !== null;
    },
  };
}

import { z } from 'zod';
import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import { checkedHead, checkedId, checkedRef, repositoryParameters } from '../names.js';
import { allPages, perPage } from '../pages.js';
import type { GitHubReads } from '../ports/reads.js';
import { type Pull, PullShape } from '../shapes.js';

const Pulls = z.array(PullShape).max(perPage);

export function pullReads(api: Api): Pick<GitHubReads, 'findPulls' | 'getPull'> {
  return {
    findPulls: async (at, filter) => {
      const { owner, branch } = checkedHead(filter.head);
      const base = checkedRef('base branch', filter.base);
      const repository = repositoryParameters(at);
      const query = { head: filter.head, base, state: filter.state, per_page: perPage };
      const answered = allPages(`The pull requests of ${at.owner}/${at.name}`, (page) =>
        api.decodePage(
          Pulls,
          api.request('GET /repos/{owner}/{repo}/pulls', { ...repository, ...query, page }),
        ),
      );
      const found: Pull[] = [];
      for await (const pull of answered) {
        // GitHub ignores filters it does not understand: what it answers is held against the filter once more.
        const from = pull.head.repositoryFullName?.split('/')[0]?.toLowerCase() ?? owner.toLowerCase();
        if (pull.head.ref === branch && pull.base.ref === base && from === owner.toLowerCase())
          found.push(pull);
      }
      return found;
    },

    getPull: async (at, number) => {
      const parameters = { ...repositoryParameters(at), pull_number: checkedId('pull request', number) };
      const asked = api.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters);
      return orNull(api.decode(PullShape, asked));
    },
  };
}

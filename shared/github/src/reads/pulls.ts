import { z } from 'zod';
import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import {
  answeredFor,
  checkedHead,
  checkedId,
  checkedRef,
  checkedTime,
  type RepositoryAt,
  repositoryParameters,
} from '../names.js';
import { allPages, byId, perPage } from '../pages.js';
import type { GitHubReads, MergedPullListing } from '../ports/reads.js';
import { type Pull, PullShape } from '../shapes/pulls.js';

type PullReads = Pick<GitHubReads, 'findPulls' | 'getPull' | 'listPulls' | 'listMergedPulls'>;

const Pulls = z.array(PullShape).max(perPage);

interface PullQuery {
  readonly state: 'open' | 'closed' | 'all';
  readonly head?: string;
  readonly base?: string;
  readonly sort?: 'created' | 'updated';
  readonly direction?: 'asc' | 'desc';
}

export function pullReads(api: Api): PullReads {
  const pullsBy = (at: RepositoryAt, query: PullQuery, max?: number): AsyncGenerator<Pull> => {
    const fetchPage = (page: number, size: number) => {
      const parameters = { ...repositoryParameters(at), ...query, per_page: size, page };
      return api.decodePage(Pulls, api.request('GET /repos/{owner}/{repo}/pulls', parameters));
    };
    return allPages(`The pull requests of ${at.owner}/${at.name}`, fetchPage, byId, max);
  };

  return {
    findPulls: async (at, filter) => {
      const { owner, branch } = checkedHead(filter.head);
      const { state } = filter;
      const base = filter.base === undefined ? undefined : checkedRef('base branch', filter.base);
      const found: Pull[] = [];
      for await (const pull of pullsBy(at, {
        state,
        head: filter.head,
        ...(base === undefined ? {} : { base }),
      })) {
        // GitHub ignores filters it does not understand: what it answers is held against the filter once more.
        const from = pull.head.repositoryFullName?.split('/')[0]?.toLowerCase() ?? owner.toLowerCase();
        if (base !== undefined && pull.base.ref !== base) continue;
        if (pull.head.ref === branch && from === owner.toLowerCase()) found.push(pull);
      }
      return found;
    },

    getPull: async (at, number) => {
      const parameters = { ...repositoryParameters(at), pull_number: checkedId('pull request', number) };
      const asked = api.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters);
      const found = await orNull(api.decode(PullShape, asked));
      return found && answeredFor('pull request', number, found, (pull) => pull.number);
    },

    async *listPulls(at, listing = {}) {
      const base = listing.base === undefined ? {} : { base: checkedRef('base branch', listing.base) };
      const { state = 'all', sort = 'created' } = listing;
      for await (const pull of pullsBy(at, { ...base, state, sort, direction: 'desc' })) {
        if (listing.base === undefined || pull.base.ref === listing.base) yield pull;
      }
    },

    async *listMergedPulls(at, listing: MergedPullListing) {
      const base = checkedRef('base branch', listing.base);
      const sinceMs = listing.updatedSince === undefined ? 0 : checkedTime(listing.updatedSince);
      const order = { state: 'closed', sort: 'updated', direction: 'desc' } as const;
      for await (const pull of pullsBy(at, { base, ...order }, listing.pagesMax)) {
        if (Date.parse(pull.updatedAt) < sinceMs) return;
        if (pull.mergedAt !== null && pull.base.ref === base) yield pull;
      }
    },
  };
}

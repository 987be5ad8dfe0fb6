import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import { GitHubError } from '../errors.js';
import { checkedEnd, repositoryParameters } from '../names.js';
import { pagesMax, perPage } from '../pages.js';
import type { Comparison, GitHubReads } from '../ports/reads.js';
import { type Commit, ComparisonShape } from '../shapes/repositories.js';

export function comparisonReads(api: Api): Pick<GitHubReads, 'compareCommits'> {
  return {
    compareCommits: async (at, base, head) => {
      const basehead = `${checkedEnd('base', base)}...${checkedEnd('head', head)}`;
      const parameters = { ...repositoryParameters(at), basehead, per_page: perPage };
      const fetchPage = (page: number) => {
        const asked = api.request('GET /repos/{owner}/{repo}/compare/{basehead}', { ...parameters, page });
        return orNull(api.decode(ComparisonShape, asked));
      };
      const found = await fetchPage(1);
      if (found === null) return null;
      const { commits: first, ...comparison } = found;

      async function* commits(): AsyncGenerator<Commit> {
        let read = 0;
        let onPage = first;
        for (let page = 1; page <= pagesMax; page += 1) {
          yield* onPage;
          read += onPage.length;
          if (read >= comparison.totalCommits) return;
          const next = await fetchPage(page + 1);
          // Ends that moved meanwhile, or a list cut short: some commits would be missing from what is made of it.
          if (next === null || next.commits.length === 0 || !sameComparison(next, comparison)) {
            const { totalCommits } = comparison;
            throw new GitHubError(
              'invalid_response',
              `Of ${totalCommits} commits in ${basehead}, GitHub gave ${read}, then another comparison.`,
            );
          }
          onPage = next.commits;
        }
        throw new GitHubError(
          'response_too_large',
          `The commits of ${basehead} fill more than ${pagesMax} pages of ${perPage}.`,
        );
      }
      return { ...comparison, commits: { [Symbol.asyncIterator]: commits } };
    },
  };
}

type Ends = Pick<Comparison, 'totalCommits' | 'baseSha' | 'mergeBaseSha'>;

const sameComparison = (one: Ends, other: Ends): boolean =>
  one.totalCommits === other.totalCommits &&
  one.baseSha === other.baseSha &&
  one.mergeBaseSha === other.mergeBaseSha;

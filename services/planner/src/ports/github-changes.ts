import { type Repository, repositoryFullName } from '@marketops/contracts';
import { GitHubError, type GitHubReads, type Pull } from '@marketops/github';
import type { ChangeRange, Changes } from './discovery.js';

/** Looked at, at most: what is beyond is left out, and said to be. */
const commitsMax = 1_000;
/** Of 100 closed pull requests each, merged or not: one commit with a date of long ago makes all there ever were candidates. */
const pullPagesMax = 10;

/** A pull request is touched when it is merged, and its merge commit bears that time; two clocks may differ. */
const slackMs = 3_600_000;

/**
 * The merged pull requests of a branch whose merge commit lies between two commits. What was committed without a pull request,
 * and what was merged into another branch first, is not among them.
 */
export async function changesBetween(
  reads: GitHubReads,
  repository: Repository,
  { from, to, branch }: ChangeRange,
  webOrigin: string,
): Promise<Changes | null> {
  const web_url = `${webOrigin}/${repositoryFullName(repository)}`;
  if (from === null) return { pulls: [], complete: true, web_url };
  const comparison = await reads.compareCommits(repository, from, to);
  if (comparison === null) return null;
  const positions = new Map<string, number>();
  let earliestMs = Number.POSITIVE_INFINITY;
  if (comparison.totalCommits > 0) {
    for await (const { sha, committedAt } of comparison.commits) {
      positions.set(sha, positions.size);
      earliestMs = Math.min(earliestMs, Date.parse(committedAt ?? '') || 0);
      if (positions.size >= commitsMax) break;
    }
  }
  let complete = positions.size === comparison.totalCommits;
  const found: { readonly at: number; readonly pull: Pull }[] = [];
  if (positions.size > 0) {
    const updatedSince = new Date(Math.max(0, earliestMs - slackMs)).toISOString();
    const listing = { base: branch, updatedSince, pagesMax: pullPagesMax };
    try {
      for await (const pull of reads.listMergedPulls(repository, listing)) {
        const at = positions.get(pull.mergeCommitSha ?? '');
        if (at !== undefined) found.push({ at, pull });
      }
    } catch (fault) {
      // What was found so far is the newest, and the list says that it is cut.
      if (!(fault instanceof GitHubError && fault.code === 'response_too_large')) throw fault;
      complete = false;
    }
  }
  found.sort((a, b) => a.at - b.at || a.pull.number - b.pull.number);
  const pulls = found.map(({ pull }) => ({
    author: pull.authorLogin,
    title: pull.title,
    url: pull.htmlUrl,
  }));
  return { pulls, complete, web_url };
}

/** Where people see what an API serves: GitHub and data residency have a host for each, an Enterprise Server a path. */
export function webOriginOf(apiUrl: string): string {
  const { protocol, host } = new URL(apiUrl);
  if (/^api\.[a-z0-9-]+\.ghe\.com$/.test(host)) return `${protocol}//${host.slice('api.'.length)}`;
  return host === 'api.github.com' ? 'https://github.com' : `${protocol}//${host}`;
}

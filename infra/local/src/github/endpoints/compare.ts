import { sees } from '../access/caller.js';
import { type Answer, type Call, param } from '../call.js';
import { compare } from '../domain/compare.js';
import { resolve } from '../domain/git.js';
import type { Commit, Repository } from '../domain/model.js';
import { inNetwork } from '../domain/network.js';
import { page } from '../paging.js';
import { notFound, Problem } from '../problem.js';
import { renderCommit } from '../render/git.js';
import { repositoryApi, repositoryHtml } from '../render/repository.js';

/** `ref`, or `owner:ref` for one of a fork's. */
function endOf(call: Call, repository: Repository, text: string): Commit {
  const colon = text.indexOf(':');
  const where =
    colon < 0 ? repository : inNetwork(call.state, repository, text.slice(0, text.lastIndexOf(':')));
  const commit =
    where !== undefined && sees(call.caller, where)
      ? resolve(where, text.slice(text.lastIndexOf(':') + 1))
      : undefined;
  if (commit === undefined) throw notFound();
  return commit;
}

const commitsMax = 250;

/**
 * `base...head`. Commits come oldest first: 250 at most where no page is asked for, else in pages of 100 at most with
 * `total_commits` on each. Changed files are not simulated; GitHub lists them on the first page only.
 */
export function getComparison(call: Call, repository: Repository): Answer {
  const basehead = param(call, 'basehead');
  const [from, to, ...rest] = basehead.split('...');
  if (from === undefined || to === undefined || from === '' || to === '' || rest.length > 0) throw notFound();
  const base = endOf(call, repository, from);
  const head = endOf(call, repository, to);
  const found = compare(repository.objects, base, head);
  if (found === undefined) throw new Problem(404, `No common ancestor between ${from} and ${to}.`);
  const render = (commit: Commit) => renderCommit(call.url, repository, commit);
  const isPaged = call.query.has('page') || call.query.has('per_page');
  const paged = isPaged
    ? page(call, found.commits, render)
    : { status: 200, json: found.commits.slice(-commitsMax).map(render) };
  const api = `${repositoryApi(call.url, repository)}/compare`;
  const html = `${repositoryHtml(call.url, repository)}/compare`;
  const owner = repository.owner.login;
  return {
    ...paged,
    json: {
      url: `${api}/${from}...${to}`,
      html_url: `${html}/${from}...${to}`,
      permalink_url: `${html}/${owner}:${base.sha.slice(0, 7)}...${owner}:${head.sha.slice(0, 7)}`,
      diff_url: `${html}/${from}...${to}.diff`,
      patch_url: `${html}/${from}...${to}.patch`,
      base_commit: render(base),
      merge_base_commit: render(found.mergeBase),
      status: found.status,
      ahead_by: found.aheadBy,
      behind_by: found.behindBy,
      total_commits: found.aheadBy,
      commits: paged.json,
      files: [],
    },
  };
}

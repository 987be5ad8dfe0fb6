import { type Answer, type Call, ok, param, seesDrafts } from '../call.js';
import { heads, isRefName, peel, resolve, tags } from '../domain/git.js';
import type { Repository } from '../domain/model.js';
import { page } from '../paging.js';
import { notFound, Problem } from '../problem.js';
import { renderBranch, renderCommit, renderTag } from '../render/git.js';
import { renderFullRepository } from '../render/repository.js';

export function getRepository(call: Call, repository: Repository): Answer {
  return ok(
    renderFullRepository(call.url, repository, call.caller.kind === 'token', seesDrafts(call, repository)),
  );
}

/** With `application/vnd.github.sha` only the SHA comes back, as GitHub documents it. */
export function getCommit(call: Call, repository: Repository): Answer {
  if (repository.refs.size === 0) throw new Problem(409, 'Git Repository is empty.');
  const ref = param(call, 'ref');
  const commit = resolve(repository, ref);
  if (commit === undefined) throw new Problem(422, `No commit found for SHA: ${ref}`);
  if (call.accept.includes('application/vnd.github.sha')) {
    return {
      status: 200,
      bytes: Buffer.from(commit.sha),
      contentType: 'application/vnd.github.sha; charset=utf-8',
    };
  }
  return ok(renderCommit(call.url, repository, commit));
}

export function getBranch(call: Call, repository: Repository): Answer {
  const name = param(call, 'branch');
  const sha = isRefName(heads(name)) ? repository.refs.get(heads(name)) : undefined;
  const commit = sha === undefined ? undefined : peel(repository.objects, sha);
  if (commit === undefined) throw new Problem(404, 'Branch not found');
  return ok(renderBranch(call.url, repository, name, commit));
}

/** By name, the last first, as GitHub lists them. */
export function getTags(call: Call, repository: Repository): Answer {
  const found = [...repository.refs].flatMap(([ref, sha]) => {
    const commit = ref.startsWith(tags('')) ? peel(repository.objects, sha) : undefined;
    return commit === undefined ? [] : [{ name: ref.slice(tags('').length), commit }];
  });
  found.sort((a, b) => (a.name < b.name ? 1 : -1));
  return page(call, found, ({ name, commit }) => renderTag(call.url, repository, name, commit));
}

/** 404 says that they are not enabled. */
export function getImmutableReleases(_: Call, repository: Repository): Answer {
  if (!repository.immutableReleases) throw notFound();
  return ok({ enabled: true, enforced_by_owner: false });
}

import { type Answer, type Call, ok, param } from '../call.js';
import { heads, isRefName, peel, resolve } from '../domain/git.js';
import type { Repository } from '../domain/model.js';
import { Problem } from '../problem.js';
import { renderBranch, renderCommit } from '../render/git.js';
import { renderFullRepository } from '../render/repository.js';

export function getRepository(call: Call, repository: Repository): Answer {
  return ok(renderFullRepository(call.url, repository, call.authenticated));
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

import { optionalBoolean, optionalChoice, optionalString, parseObject, requiredString } from '../body.js';
import { type Answer, actorOf, type Call, created, idParam, ok } from '../call.js';
import type { Pull, Repository } from '../domain/model.js';
import { createPull, findPulls, type PullSort, refreshPull, updatePull } from '../domain/pulls.js';
import { page } from '../paging.js';
import { notFound } from '../problem.js';
import { renderPull, renderSimplePull } from '../render/pull.js';

const sorts: readonly PullSort[] = ['created', 'updated', 'popularity', 'long-running'];

/** The pull request the path names, under either of GitHub's two words for its number. */
export function pullOf(call: Call, repository: Repository, name = 'pull_number'): Pull {
  const pull = repository.pulls.get(idParam(call, name));
  if (pull === undefined) throw notFound();
  return refreshPull(pull);
}

/** A word that GitHub does not know counts as none. */
const chosen = <Choice extends string>(
  call: Call,
  name: string,
  choices: readonly Choice[],
): Choice | undefined => choices.find((one) => one === call.query.get(name));

export function getPulls(call: Call, repository: Repository): Answer {
  const sort = chosen(call, 'sort', sorts);
  const direction = chosen(call, 'direction', ['asc', 'desc'] as const);
  const found = findPulls(repository, {
    state: call.query.get('state') ?? 'open',
    head: call.query.get('head'),
    base: call.query.get('base'),
    ...(sort === undefined ? {} : { sort }),
    ...(direction === undefined ? {} : { direction }),
  });
  return page(call, found, (pull) => renderSimplePull(call.url, repository, pull));
}

export function getPull(call: Call, repository: Repository): Answer {
  return ok(renderPull(call.url, repository, pullOf(call, repository)));
}

export function postPull(call: Call, repository: Repository): Answer {
  const body = parseObject(call.body);
  const headRepo = optionalString(body, 'head_repo');
  const pull = createPull(call.state, repository, actorOf(call), {
    title: requiredString(body, 'title'),
    head: requiredString(body, 'head'),
    base: requiredString(body, 'base'),
    body: optionalString(body, 'body') ?? null,
    draft: optionalBoolean(body, 'draft') ?? false,
    maintainerCanModify: optionalBoolean(body, 'maintainer_can_modify') ?? false,
    ...(headRepo === undefined ? {} : { headRepo }),
  });
  const json = renderPull(call.url, repository, pull);
  return created(json, json.url);
}

export function patchPull(call: Call, repository: Repository): Answer {
  const body = parseObject(call.body);
  const pull = updatePull(call.state, repository, pullOf(call, repository), {
    title: optionalString(body, 'title'),
    body: optionalString(body, 'body'),
    base: optionalString(body, 'base'),
    state: optionalChoice(body, 'state', ['open', 'closed']),
  });
  return ok(renderPull(call.url, repository, pull));
}

import { optionalBoolean, optionalString, parseObject, requiredString } from '../body.js';
import { type Answer, type Call, created, idParam, ok } from '../call.js';
import type { Repository } from '../domain/model.js';
import { createPull, findPulls, refreshPull } from '../domain/pulls.js';
import { page } from '../paging.js';
import { notFound } from '../problem.js';
import { renderPull, renderSimplePull } from '../render/pull.js';

export function getPulls(call: Call, repository: Repository): Answer {
  const found = findPulls(repository, {
    state: call.query.get('state') ?? 'open',
    head: call.query.get('head'),
    base: call.query.get('base'),
  });
  return page(call, found, (pull) => renderSimplePull(call.url, repository, pull));
}

export function getPull(call: Call, repository: Repository): Answer {
  const pull = repository.pulls.get(idParam(call, 'pull_number'));
  if (pull === undefined) throw notFound();
  return ok(renderPull(call.url, repository, refreshPull(pull)));
}

export function postPull(call: Call, repository: Repository): Answer {
  const body = parseObject(call.body);
  const pull = createPull(call.state, repository, call.state.bot, {
    title: requiredString(body, 'title'),
    head: requiredString(body, 'head'),
    base: requiredString(body, 'base'),
    body: optionalString(body, 'body') ?? null,
    draft: optionalBoolean(body, 'draft') ?? false,
    maintainerCanModify: optionalBoolean(body, 'maintainer_can_modify') ?? false,
  });
  const json = renderPull(call.url, repository, pull);
  return created(json, json.url);
}

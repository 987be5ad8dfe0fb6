import { parseBody, stringList, toObject } from '../body.js';
import { type Answer, type Call, ok, param } from '../call.js';
import { addLabels, findLabel } from '../domain/labels.js';
import type { Repository } from '../domain/model.js';
import { page } from '../paging.js';
import { notFound, Problem } from '../problem.js';
import { renderLabel } from '../render/pull.js';
import { pullOf } from './pulls.js';

export function getLabel(call: Call, repository: Repository): Answer {
  const label = findLabel(repository, param(call, 'name'));
  if (label === undefined) throw notFound();
  return ok(renderLabel(call.url, repository, label));
}

export function getIssueLabels(call: Call, repository: Repository): Answer {
  const { labels } = pullOf(call, repository, 'issue_number');
  return page(call, labels, (label) => renderLabel(call.url, repository, label));
}

/** Takes `{ labels: […] }`, a list alone, and labels as names or as `{ name }`: GitHub's description has them all. */
export function postIssueLabels(call: Call, repository: Repository): Answer {
  const pull = pullOf(call, repository, 'issue_number');
  const body = parseBody(call.body);
  const listed: unknown = Array.isArray(body) ? body : toObject(body)['labels'];
  const names = stringList(
    Array.isArray(listed) ? listed.map((one: unknown) => (isNamed(one) ? one.name : one)) : listed,
    'labels',
  );
  if (names.some((name) => name.trim() === '' || name.length > 50))
    throw new Problem(422, 'Validation Failed');
  addLabels(call.state, repository, pull, names);
  return ok(pull.labels.map((label) => renderLabel(call.url, repository, label)));
}

const isNamed = (value: unknown): value is { name: unknown } =>
  typeof value === 'object' && value !== null && 'name' in value;

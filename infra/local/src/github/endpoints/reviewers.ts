import { parseObject, stringList } from '../body.js';
import { type Answer, actorOf, type Call, created, ok, param } from '../call.js';
import type { Repository } from '../domain/model.js';
import { isCollaborator, requestReviewers } from '../domain/reviews.js';
import { page } from '../paging.js';
import { notFound } from '../problem.js';
import { renderAccount } from '../render/account.js';
import { renderReview, renderSimplePull, renderTeam } from '../render/pull.js';
import { pullOf } from './pulls.js';

/** 204 or 404; an answer without a body. */
export function getCollaborator(call: Call, repository: Repository): Answer {
  actorOf(call);
  if (!isCollaborator(repository, param(call, 'username'))) throw notFound();
  return { status: 204 };
}

/** Who was asked and has not reviewed yet. */
export function getRequestedReviewers(call: Call, repository: Repository): Answer {
  const pull = pullOf(call, repository);
  return ok({
    users: pull.requestedReviewers.map((user) => renderAccount(call.url, user)),
    teams: pull.requestedTeams.map((team) => renderTeam(call.url, repository, team)),
  });
}

export function postRequestedReviewers(call: Call, repository: Repository): Answer {
  const pull = pullOf(call, repository);
  const body = parseObject(call.body);
  requestReviewers(call.state, repository, pull, {
    reviewers: stringList(body['reviewers'] ?? [], 'reviewers'),
    teams: stringList(body['team_reviewers'] ?? [], 'team_reviewers'),
  });
  const json = renderSimplePull(call.url, repository, pull);
  return created(json, json.url);
}

/** In the order they were made. */
export function getReviews(call: Call, repository: Repository): Answer {
  const pull = pullOf(call, repository);
  return page(call, pull.reviews, (review) => renderReview(call.url, repository, pull, review));
}

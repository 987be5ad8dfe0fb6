import { type JsonObject, optionalBoolean, optionalString, requiredString } from '../body.js';
import type { MergeMethod } from '../domain/merge.js';
import { mergePull } from '../domain/merge.js';
import type { Pull, Repository, Review, ReviewState } from '../domain/model.js';
import { requireMovable } from '../domain/releases.js';
import { review } from '../domain/reviews.js';
import { createRef } from '../domain/tags.js';
import { Problem } from '../problem.js';
import { push } from '../seed.js';
import type { World } from '../world.js';

/* What other people do to a repository, while a run goes on. */

/** The repository, which is about to be changed: lists that lag behind go on to show it as it is now. */
export function changing(world: World, name: string): Repository {
  const repository = world.state.repository(name);
  if (world.faults.hasStaleLists) world.staleLists.remember(repository, world.clock().getTime());
  return repository;
}

function pullOf(repository: Repository, number: number): Pull {
  const pull = repository.pulls.get(number);
  if (pull === undefined) throw new Problem(404, `There is no pull request ${number}.`);
  return pull;
}

export function mergeAs(world: World, name: string, number: number, method?: MergeMethod): Pull {
  const repository = changing(world, name);
  return mergePull(world.state, repository, pullOf(repository, number), repository.owner, method);
}

export function reviewAs(
  world: World,
  name: string,
  number: number,
  fields: { readonly login: string; readonly state: ReviewState; readonly body?: string },
): Review {
  return review(world.state, pullOf(changing(world, name), number), fields);
}

export function pushAs(world: World, fields: JsonObject): { readonly sha: string } {
  const repository = changing(world, requiredString(fields, 'repository'));
  const message = optionalString(fields, 'message');
  const force = optionalBoolean(fields, 'force') ?? false;
  const how = message === undefined ? { force } : { force, message };
  return { sha: push(world.state, repository, requiredString(fields, 'branch'), how).sha };
}

/** Moves, makes, or, with null, deletes a ref. */
export function setRef(
  world: World,
  fields: JsonObject,
): { readonly ref: string; readonly sha: string | null } {
  const repository = changing(world, requiredString(fields, 'repository'));
  const ref = requiredString(fields, 'ref');
  const sha = optionalString(fields, 'sha');
  const { commits, tagObjects } = repository.objects;
  if (sha !== undefined && !commits.has(sha) && !tagObjects.has(sha)) {
    throw new Problem(422, 'Object does not exist');
  }
  if (sha !== undefined && !repository.refs.has(ref)) createRef(world.state, repository, ref, sha);
  requireMovable(repository, ref);
  if (sha === undefined) repository.refs.delete(ref);
  else repository.refs.set(ref, sha);
  return { ref, sha: sha ?? null };
}

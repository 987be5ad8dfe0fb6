import { optionalObject, optionalString, parseObject, requiredString } from '../body.js';
import { type Answer, type Call, created, ok, param } from '../call.js';
import type { Repository } from '../domain/model.js';
import { requireMovable } from '../domain/releases.js';
import { createRef, createTagObject } from '../domain/tags.js';
import { notFound, Problem } from '../problem.js';
import { renderRef, renderTagObject } from '../render/git.js';

/** Exact match only: `tags/v1` does not answer for `tags/v1.0`. */
export function getRef(call: Call, repository: Repository): Answer {
  const ref = `refs/${param(call, 'ref')}`;
  const sha = repository.refs.get(ref);
  if (repository.refs.size === 0) throw new Problem(409, 'Git Repository is empty.');
  if (sha === undefined) throw notFound();
  return ok(renderRef(call.url, repository, ref, sha));
}

/** Every ref that starts with the text, in order of name; an empty list when there is none. */
export function matchingRefs(call: Call, repository: Repository): Answer {
  const prefix = `refs/${param(call, 'ref')}`;
  const found = [...repository.refs].filter(([ref]) => ref.startsWith(prefix));
  found.sort(([a], [b]) => (a < b ? -1 : 1));
  return ok(found.map(([ref, sha]) => renderRef(call.url, repository, ref, sha)));
}

export function getTagObject(call: Call, repository: Repository): Answer {
  const tag = repository.objects.tagObjects.get(param(call, 'tag_sha'));
  if (tag === undefined) throw notFound();
  return ok(renderTagObject(call.url, repository, tag));
}

export function postTagObject(call: Call, repository: Repository): Answer {
  const body = parseObject(call.body);
  const tagger = optionalObject(body, 'tagger');
  const date = tagger === undefined ? undefined : optionalString(tagger, 'date');
  const tag = createTagObject(call.state, repository, {
    tag: requiredString(body, 'tag'),
    message: requiredString(body, 'message'),
    object: requiredString(body, 'object'),
    type: requiredString(body, 'type'),
    ...(tagger === undefined
      ? {}
      : {
          tagger: {
            name: requiredString(tagger, 'name'),
            email: requiredString(tagger, 'email'),
            ...(date === undefined ? {} : { date }),
          },
        }),
  });
  const json = renderTagObject(call.url, repository, tag);
  return created(json, json.url);
}

export function postRef(call: Call, repository: Repository): Answer {
  const body = parseObject(call.body);
  const ref = requiredString(body, 'ref');
  const sha = requiredString(body, 'sha');
  createRef(call.state, repository, ref, sha);
  const json = renderRef(call.url, repository, ref, sha);
  return created(json, json.url);
}

/** A tag held by an immutable release stays. */
export function deleteRef(call: Call, repository: Repository): Answer {
  const ref = `refs/${param(call, 'ref')}`;
  if (!repository.refs.has(ref)) throw new Problem(422, 'Reference does not exist');
  requireMovable(repository, ref);
  repository.refs.delete(ref);
  return { status: 204 };
}

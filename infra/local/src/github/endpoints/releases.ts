import {
  type JsonObject,
  optionalBoolean,
  optionalChoice,
  optionalString,
  parseObject,
  requiredString,
} from '../body.js';
import { type Answer, actorOf, type Call, created, idParam, ok, param, seesDrafts } from '../call.js';
import type { Release, Repository } from '../domain/model.js';
import {
  createRelease,
  listReleases,
  type ReleaseFields,
  deleteRelease as removeRelease,
  updateRelease,
} from '../domain/releases.js';
import { page } from '../paging.js';
import { notFound } from '../problem.js';
import { renderRelease } from '../render/release.js';

const render = (call: Call, repository: Repository, release: Release) =>
  renderRelease(call.url, call.state.advertisedUploadsUrl, repository, release);

/** The release the path names. A draft exists only for who may write. */
export function releaseOf(call: Call, repository: Repository): Release {
  const release = repository.releases.get(idParam(call, 'release_id'));
  if (release === undefined || (release.draft && !seesDrafts(call, repository))) throw notFound();
  return release;
}

export function getReleases(call: Call, repository: Repository): Answer {
  const releases = listReleases(repository, seesDrafts(call, repository));
  return page(call, releases, (release) => render(call, repository, release));
}

export function getRelease(call: Call, repository: Repository): Answer {
  return ok(render(call, repository, releaseOf(call, repository)));
}

/** Published releases only: drafts have no tag to be found by. */
export function getReleaseByTag(call: Call, repository: Repository): Answer {
  const tag = param(call, 'tag');
  const found = listReleases(repository, false).find((release) => release.tagName === tag);
  if (found === undefined) throw notFound();
  return ok(render(call, repository, found));
}

export function getLatestRelease(call: Call, repository: Repository): Answer {
  const latest = repository.releases.get(repository.latestReleaseId ?? 0);
  if (latest === undefined) throw notFound();
  return ok(render(call, repository, latest));
}

function releaseFields(body: JsonObject): ReleaseFields {
  return {
    tagName: optionalString(body, 'tag_name'),
    targetCommitish: optionalString(body, 'target_commitish'),
    name: optionalString(body, 'name'),
    body: optionalString(body, 'body'),
    draft: optionalBoolean(body, 'draft'),
    prerelease: optionalBoolean(body, 'prerelease'),
    makeLatest: optionalChoice(body, 'make_latest', ['true', 'false', 'legacy']),
  };
}

export function postRelease(call: Call, repository: Repository): Answer {
  const body = parseObject(call.body);
  const fields = { ...releaseFields(body), tagName: requiredString(body, 'tag_name') };
  const json = render(call, repository, createRelease(call.state, repository, actorOf(call), fields));
  return created(json, json.url);
}

export function patchRelease(call: Call, repository: Repository): Answer {
  const release = releaseOf(call, repository);
  updateRelease(call.state, repository, release, releaseFields(parseObject(call.body)));
  return ok(render(call, repository, release));
}

export function deleteRelease(call: Call, repository: Repository): Answer {
  removeRelease(repository, releaseOf(call, repository));
  return { status: 204 };
}

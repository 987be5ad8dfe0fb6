import { type Check, closed, flag, kind, list, oneOf, text } from './checks.js';
import type { SeedRepository } from './seed.js';

/*
 * Seeds also arrive as JSON (a file, POST /_sim/repositories). A misspelt key would quietly build another world than
 * the test means, so objects are closed: every key is known, and has the type said here.
 */

const commit: Check = (value, path) =>
  typeof value === 'string' ? undefined : closed({ 'message!': text, sha: text })(value, path);
const asset = closed({ 'name!': text, 'content!': text, content_type: text });

const repository = closed({
  'owner!': text,
  'name!': text,
  owner_type: oneOf('User', 'Organization'),
  id: kind('number'),
  description: text,
  private: flag,
  archived: flag,
  fork_of: text,
  default_branch: text,
  branches: list(closed({ 'name!': text, from: text, commits: list(commit) })),
  tags: list(closed({ 'name!': text, 'target!': text, message: text })),
  releases: list(
    closed({
      'tag_name!': text,
      target_commitish: text,
      name: text,
      body: text,
      draft: flag,
      prerelease: flag,
      make_latest: oneOf('true', 'false', 'legacy'),
      author: text,
      assets: list(asset),
    }),
  ),
  pulls: list(
    closed({
      'title!': text,
      'head!': text,
      'base!': text,
      body: text,
      draft: flag,
      state: oneOf('open', 'closed'),
      merged: flag,
      author: text,
      labels: list(text),
    }),
  ),
  labels: list((value, path) =>
    typeof value === 'string'
      ? undefined
      : closed({ 'name!': text, color: text, description: text })(value, path),
  ),
  collaborators: list(text),
  teams: list(text),
  immutable_releases: flag,
});

function isSeeds(value: unknown): value is SeedRepository[] {
  list(repository)(value, 'repositories');
  return true;
}

/** One repository or a list of them, checked. Throws a TypeError that names the first thing wrong. */
export function parseSeeds(value: unknown): SeedRepository[] {
  const seeds: unknown = Array.isArray(value) ? value : [value];
  return isSeeds(seeds) ? seeds : [];
}

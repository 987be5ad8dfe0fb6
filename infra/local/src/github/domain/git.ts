import { createHash } from 'node:crypto';
import type { Commit, ObjectStore, Repository } from './model.js';

export const heads = (branch: string): string => `refs/heads/${branch}`;
export const tags = (tag: string): string => `refs/tags/${tag}`;

/** Any object id; what makes it unique goes in as parts. Deterministic, so that a seed gives the same SHAs again. */
export const objectSha = (...parts: readonly string[]): string =>
  createHash('sha1').update(JSON.stringify(parts)).digest('hex');

/** git-check-ref-format for a full name such as `refs/tags/v1`. */
export function isRefName(ref: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses these characters
  if (/[\u0000-\u0020\u007f~^:?*[\\]/.test(ref) || ref.includes('..') || ref.includes('@{')) return false;
  return ref
    .split('/')
    .every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.') && !part.endsWith('.lock'));
}

export function addCommit(
  store: ObjectStore,
  commit: { message: string; parents: readonly string[]; date: string; sha?: string },
): Commit {
  const { message, parents, date } = commit;
  const sha = commit.sha ?? objectSha('commit', message, ...parents);
  const existing = store.commits.get(sha);
  if (existing !== undefined) return existing;
  const made: Commit = { sha, treeSha: objectSha('tree', sha), message, parents, date };
  store.commits.set(sha, made);
  return made;
}

/** Follows annotated tags to the commit they name; undefined when there is none. */
export function peel(store: ObjectStore, sha: string): Commit | undefined {
  let at = sha;
  for (let depth = 0; depth < 10; depth += 1) {
    const tag = store.tagObjects.get(at);
    if (tag === undefined) return store.commits.get(at);
    at = tag.target.sha;
  }
  return undefined;
}

/**
 * What `GET commits/{ref}` accepts: a full or short SHA, `refs/…`, `heads/…`, `tags/…`, or a plain name, where
 * git's own order holds: tag before branch.
 */
export function resolve(repository: Repository, name: string): Commit | undefined {
  const { objects, refs } = repository;
  if (name === 'HEAD') return resolve(repository, heads(repository.defaultBranch));
  if (/^[0-9a-f]{40}$/.test(name)) return objects.commits.get(name);
  const sha = refs.get(name) ?? refs.get(`refs/${name}`) ?? refs.get(tags(name)) ?? refs.get(heads(name));
  if (sha !== undefined) return peel(objects, sha);
  if (!/^[0-9a-f]{7,39}$/.test(name)) return undefined;
  const matches = [...objects.commits.values()].filter((commit) => commit.sha.startsWith(name));
  return matches.length === 1 ? matches[0] : undefined;
}

/** What `target_commitish` accepts: a branch or a full SHA, nothing else. */
export function resolveTarget(repository: Repository, commitish: string): Commit | undefined {
  const branch = repository.refs.get(heads(commitish));
  return repository.objects.commits.get(branch ?? commitish);
}

/** The commit and everything before it. */
export function ancestry(store: ObjectStore, sha: string): Set<string> {
  const seen = new Set<string>();
  const open = [sha];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(store.commits.get(at)?.parents ?? []));
  }
  return seen;
}

/** How many commits `head` has that `base` has not. */
export function commitsAhead(store: ObjectStore, base: string, head: string): number {
  const known = ancestry(store, base);
  return [...ancestry(store, head)].filter((sha) => !known.has(sha)).length;
}

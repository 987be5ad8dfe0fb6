import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { amendmentsPath, milestones, sealPath } from './files.js';
import { nameOf, type Seal, type SealDefinition } from './seal.js';

/** True where there is no git to remember anything: an unpacked archive. */
const hasNoHistory = (root: string): boolean =>
  git(root, 'rev-parse', '--is-inside-work-tree') === undefined && !existsSync(join(root, '.git'));

/**
 * Why git's memory of the seals cannot be relied on; undefined where it can. A clone that forgot how a seal began would let
 * it be made anew unseen: whoever releases asks for all of it (`--whole-history`).
 */
export function historyMissing(root: string): string | undefined {
  if (hasNoHistory(root)) return 'no git here: no seal was compared with its history';
  const isShallow = git(root, 'rev-parse', '--is-shallow-repository')?.trim();
  if (isShallow === undefined)
    return 'git does not read this repository, so no seal was compared with its history: see git status';
  if (isShallow === 'false') return undefined;
  return 'this clone is shallow, so no seal was compared with its whole history: git fetch --unshallow --tags';
}

/** Every file of docs/milestones that was committed on the way here, from the root. */
export function milestonesCommitted(root: string): readonly string[] {
  const log = ['log', '--first-parent', '-m', '--relative', '--no-renames', '--format=', '--name-only'];
  const files = (git(root, ...log, '--', milestones) ?? '').split('\n').filter((line) => line !== '');
  return [...new Set(files)];
}

/** What git remembers of a seal. Where there is no git there is nothing to compare with. */
export function historyFaults(root: string, definition: SealDefinition): readonly string[] {
  if (hasNoHistory(root)) return [];
  return [
    ...versionFaults(root, sealPath(definition), (before, after) => before === after, 'was changed'),
    ...versionFaults(
      root,
      amendmentsPath(definition),
      (before, after) => after.startsWith(before),
      'lost or changed a line; amendments are only added',
    ),
  ];
}

/** Every version that was committed on the way here, and then the file as it lies here, oldest first. */
function versionFaults(
  root: string,
  path: string,
  follows: (before: string, after: string) => boolean,
  what: string,
): readonly string[] {
  const commits = (git(root, 'log', '--first-parent', '--reverse', '--format=%H', '--', path) ?? '')
    .split('\n')
    .filter((line) => line !== '');
  const versions = commits.map((commit) => ({
    of: `commit ${commit.slice(0, 12)}`,
    text: git(root, 'show', `${commit}:./${path}`) ?? '',
  }));
  const file = join(root, path);
  versions.push({ of: 'the working copy', text: existsSync(file) ? readFileSync(file, 'utf8') : '' });
  return versions.flatMap(({ of, text }, index) => {
    const before = versions[index - 1];
    return before === undefined || follows(before.text, text) ? [] : [`${path} ${what} (${of})`];
  });
}

/** The tag under which a seal is released, where it exists: the same file, and its digest in the tag's message. */
export function tagFaults(root: string, seal: Seal): readonly string[] {
  const tag = nameOf(seal);
  if ((git(root, 'tag', '--list', tag) ?? '').trim() === '') return [];
  const path = sealPath(seal);
  const tagged = git(root, 'show', `refs/tags/${tag}:./${path}`);
  const here = readFileSync(join(root, path), 'utf8');
  const message = git(root, 'for-each-ref', `refs/tags/${tag}`, '--format=%(contents)') ?? '';
  return [
    ...(tagged === here ? [] : [`the tag ${tag} has another ${path}`]),
    ...(message.includes(seal.digest) ? [] : [`the message of the tag ${tag} does not name ${seal.digest}`]),
  ];
}

/** What git prints; undefined where it refuses, or there is none. */
function git(root: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', ['--no-replace-objects', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
      maxBuffer: 64 * 1_048_576,
    });
  } catch {
    return undefined;
  }
}

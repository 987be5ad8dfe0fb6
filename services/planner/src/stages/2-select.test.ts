import { PlanRequest } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { facts, release, tag } from '../testing/stages.js';
import { sha } from '../testing/world.js';
import { select } from './2-select.js';
import type { Facts } from './facts.js';

const targets = (operations: object[], found: Facts) => {
  const request = PlanRequest.parse({ tenant_id: 'acme', repository: 'acme/widgets', operations });
  return Object.fromEntries(
    select(request, found).map(({ requested, targetSha }) => [requested.id, targetSha]),
  );
};
const main = facts();
const other = facts({ target: { revision: 'release-1', sha: sha('b') } });
const existing = facts({ tag: { sha: sha('c') } });
const after = { ...release, depends_on: ['tag'] };

describe('stage 2, select: which commit an operation means', () => {
  it.each<[string, object[], Facts, string | null]>([
    ['no tag yet, then the target', [release], { release: main }, sha('a')],
    [
      'a tag that exists, then the tag’s commit: GitHub ignores any other',
      [release],
      { release: existing },
      sha('c'),
    ],
    [
      'a tag its dependency makes, then that one’s target',
      [tag, after],
      { tag: other, release: main },
      sha('b'),
    ],
    [
      'a tag its dependency makes and that exists too, then that one’s target',
      [tag, after],
      { tag: other, release: existing },
      sha('b'),
    ],
    [
      'a tag somebody makes whom it does not wait for, then its own',
      [tag, release],
      { tag: other, release: main },
      sha('a'),
    ],
    [
      'a dependency that makes another tag, then its own',
      [{ ...tag, tag_name: 'v9' }, after],
      { tag: other, release: main },
      sha('a'),
    ],
    [
      'a dependency that makes the tag in another repository, then its own',
      [{ ...tag, repository: 'acme/website' }, after],
      { tag: other, release: main },
      sha('a'),
    ],
    [
      'a dependency in the same repository, spelled in another case, then that one’s target',
      [{ ...tag, repository: 'ACME/Widgets' }, after],
      { tag: other, release: main },
      sha('b'),
    ],
    [
      'nothing it could mean, then none',
      [release],
      { release: facts({ target: { revision: 'x', sha: null } }) },
      null,
    ],
  ])('given a release of %s', (_what, operations, found, expected) => {
    expect(targets(operations, found)['release']).toBe(expected);
  });

  it('given a tag that exists, then the operation that makes it still means its target: stage 3 says what is wrong', () => {
    expect(targets([tag], { tag: existing })).toEqual({ tag: sha('a') });
  });

  it('given an operation without facts, then it is not selected', () => {
    expect(targets([tag, release], { tag: main })).toEqual({ tag: sha('a') });
  });
});

import { Reason } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { pull, release, selected, tag } from '../testing/stages.js';
import { sha } from '../testing/world.js';
import type { Selected } from './2-select.js';
import { verify } from './3-verify.js';
import type { OperationFacts } from './facts.js';

const missing = (...operations: Selected[]) => verify(operations);
const codes = (operation: Selected, ...others: Selected[]) =>
  missing(operation, ...others)
    .get(operation.requested.id)
    ?.map(({ code }) => code);
const fork = {
  repository: { id: 9, owner: 'ada', name: 'widgets' },
  default_branch: 'main',
  archived: false,
};
const file = { sha256: '0'.repeat(64), size_bytes: 1 };
const withAssets = (assets: { path: string; name?: string }[], over: Partial<OperationFacts> = {}) =>
  selected({ ...release, assets }, { assets: assets.map(({ path }) => ({ path, file })), ...over });

describe('stage 3, verify: which prerequisites are missing', () => {
  it.each<[string, Selected, string[]]>([
    ['a tag with nothing missing', selected(tag), []],
    ['a release with nothing missing', selected(release, { body: { text: 'Notes' } }), []],
    ['a pull request with nothing missing', selected(pull), []],
    [
      'an account without credential',
      selected(tag, { account_configured: false, repository: null }),
      ['account_not_configured'],
    ],
    [
      'a repository that is not there',
      selected(tag, { repository: null, repository_fault: '404' }),
      ['repository_missing'],
    ],
    [
      'an archived repository',
      selected(tag, {
        repository: {
          repository: { id: 7, owner: 'acme', name: 'widgets' },
          default_branch: 'main',
          archived: true,
        },
      }),
      ['repository_archived'],
    ],
    [
      'a target that is no commit',
      selected(tag, { target: { revision: 'gone', sha: null } }),
      ['target_missing'],
    ],
    ['a tag that is there already, at the target', selected(tag, { tag: { sha: sha('a') } }), []],
    ['a tag that is there already, elsewhere', selected(tag, { tag: { sha: sha('c') } }), ['tag_elsewhere']],
    [
      'a release whose named target is not the tag’s commit',
      selected({ ...release, target: 'main' }, { tag: { sha: sha('c') } }),
      ['tag_elsewhere'],
    ],
    [
      'a release of a tag, whose named target is no commit',
      {
        ...selected(
          { ...release, target: 'gone' },
          { tag: { sha: sha('c') }, target: { revision: 'gone', sha: null } },
        ),
        targetSha: sha('c'),
      },
      ['target_missing'],
    ],
    ['a head that is gone', selected(pull, { head: { ref: 'release-1', sha: null } }), ['head_missing']],
    ['a base that is gone', selected(pull, { base: { ref: 'main', sha: null } }), ['base_missing']],
    [
      'both gone',
      selected(pull, { head: { ref: 'x', sha: null }, base: { ref: 'y', sha: null } }),
      ['head_missing', 'base_missing'],
    ],
    ['nothing to merge', selected(pull, { head: { ref: 'release-1', sha: sha('a') } }), ['nothing_to_merge']],
    [
      'a head that is its base',
      selected({ ...pull, head: 'main' }, { head: { ref: 'main', sha: sha('a') } }),
      ['nothing_to_merge', 'head_is_base'],
    ],
    [
      'a head that is its base by name, in a fork',
      selected({ ...pull, head: 'main' }, { head: { ref: 'main', sha: sha('b') }, head_repository: fork }),
      [],
    ],
    [
      'a fork that cannot be read',
      selected(pull, { head_repository: { fault: 'GitHub answered 404.' }, head: { ref: 'x', sha: null } }),
      ['head_repository_missing'],
    ],
    [
      'labels that do not exist, and a stranger who is to review',
      selected(pull, { labels_missing: ['a', 'b'], reviewers_refused: ['eve'] }),
      ['label_missing', 'label_missing', 'reviewer_refused'],
    ],
    [
      'a tag that has its release already',
      selected(release, { tag: { sha: sha('a') }, release: { id: 5, immutable: false } }),
      ['release_exists'],
    ],
    [
      'notes that cannot be made',
      selected({ ...release, generate_notes: true }, { changes: { fault: 'there is no tag v0' } }),
      ['notes_unavailable'],
    ],
    [
      'a body that leaves no room for the line the publisher adds',
      selected(release, { body: { text: 'x'.repeat(124_901) } }),
      ['body_invalid'],
    ],
    [
      'a body of a pull request at its limit, which is GitHub’s less that line',
      selected(pull, { body: { text: 'x'.repeat(65_436) } }),
      [],
    ],
    [
      'a body of a pull request beyond it',
      selected(pull, { body: { text: 'x'.repeat(65_437) } }),
      ['body_invalid'],
    ],
    [
      'a body with the line of another effect',
      selected(release, { body: { text: 'a\n<!-- marketops:00000000000000000000000000 -->\nb' } }),
      ['body_invalid'],
    ],
    [
      'a body that cannot be read',
      selected(release, { body: { fault: 'notes.md is not UTF-8 text' } }),
      ['body_unreadable'],
    ],
    ['a body with a carriage return', selected(release, { body: { text: 'a\rb' } }), ['body_invalid']],
    [
      'a body with a bidirectional override',
      selected(pull, { body: { text: 'a\u202eb' } }),
      ['body_invalid'],
    ],
    ['a body that is too long', selected(release, { body: { text: 'x'.repeat(125_001) } }), ['body_invalid']],
    [
      'an asset that is not there',
      withAssets([{ path: 'a' }], { assets: [{ path: 'a', file: { fault: 'a is not a file' } }] }),
      ['asset_missing'],
    ],
    [
      'an empty asset',
      withAssets([{ path: 'a' }], { assets: [{ path: 'a', file: { ...file, size_bytes: 0 } }] }),
      ['asset_empty'],
    ],
    ['an asset GitHub would rename', withAssets([{ path: 'dist/a b.tgz' }]), ['asset_name_invalid']],
    ['an asset renamed by the request', withAssets([{ path: 'dist/a b.tgz', name: 'a.tgz' }]), []],
    ['two assets of one name', withAssets([{ path: 'x/a.tgz' }, { path: 'y/a.tgz' }]), ['asset_name_twice']],
  ])('given %s', (_what, operation, expected) => {
    expect(codes(operation)).toEqual(expected);
  });

  it('given its tag stands elsewhere but its dependency makes it, then that one is at fault, not the release', () => {
    const makes = selected(tag, { tag: { sha: sha('c') } });
    const waits = selected(
      { ...release, depends_on: ['tag'] },
      { tag: { sha: sha('c') }, body: { text: '' } },
    );
    expect(missing(makes, waits).get('release')).toEqual([]);
    expect(codes(makes, waits)).toEqual(['tag_elsewhere']);
  });

  it('given an immutable release of the tag, then it says that the name stays taken', () => {
    const operation = selected(release, { tag: { sha: sha('a') }, release: { id: 5, immutable: true } });
    expect(missing(operation).get('release')).toMatchObject([
      { code: 'release_exists', message: expect.stringContaining('an immutable one') as unknown },
    ]);
  });

  it('given everything is wrong at once, then all of it is told, up to twenty reasons', () => {
    const assets = Array.from({ length: 30 }, (_, at) => ({ path: `dist/${at}` }));
    const broken = withAssets(assets, {
      target: { revision: 'gone', sha: null },
      body: { fault: 'no' },
      assets: assets.map(({ path }) => ({ path, file: { fault: `${path} is not there` } })),
    });
    const found = codes(broken) ?? [];
    expect(found).toHaveLength(20);
    expect(found.slice(0, 3)).toEqual(['target_missing', 'body_unreadable', 'asset_missing']);
  });

  it('given a path at its limit of characters of two halves, then the reason is still well-formed and within its limit', () => {
    const path = '\u{1f4e6}'.repeat(500);
    const [reason] =
      missing(
        withAssets([{ path, name: 'a' }], { assets: [{ path, file: { fault: `x${path} is gone` } }] }),
      ).get('release') ?? [];
    expect(reason?.message.isWellFormed()).toBe(true);
    expect(Reason.safeParse(reason).success).toBe(true);
  });
});

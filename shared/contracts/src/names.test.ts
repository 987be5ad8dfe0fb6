import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Body,
  BranchName,
  PullBody,
  plainLine,
  RelativePath,
  Remark,
  RepositoryFullName,
  Revision,
  TagName,
  Title,
} from './ids.js';

type Schema = { safeParse(value: unknown): { success: boolean } };
const takes = (schema: Schema, value: unknown) => schema.safeParse(value).success;
const sha = 'a'.repeat(40);

describe('git refs', () => {
  const good = ['v1.0.0', 'release/1.4', 'feature-x', '1.0+build', '_x', 'a'];
  const bad = [
    '',
    '-a',
    '--exec=x',
    'HEAD',
    'FETCH_HEAD',
    '@',
    'a@{1}',
    sha,
    sha.toUpperCase(),
    'refs/heads/x',
    'refs/tags/v1',
    '$(id)',
    '`id`',
    'a b',
    'a\nb',
    'a..b',
    'a//b',
    '/a',
    'a/',
    '.a',
    'a/.b',
    'a.',
    'a.lock',
    'a.lock/b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a;b',
    'a|b',
    'a&b',
    "a'b",
    'a"b',
    'a<b',
    'a>b',
    'a%2fb',
    'é',
    'v1\u202e',
    'v1\u200b',
    'x'.repeat(251),
  ];
  it.each(good)('given %j, then it is a tag and a branch', (name) => {
    expect([takes(TagName, name), takes(BranchName, name), takes(Revision, name)]).toEqual([
      true,
      true,
      true,
    ]);
  });
  it.each(bad)('given %j, then it is neither', (name) => {
    expect([takes(TagName, name), takes(BranchName, name)]).toEqual([false, false]);
  });
  it('given a full SHA, then it is a revision and no name; shortened, it is a name like any other', () => {
    expect([
      takes(Revision, sha),
      takes(TagName, sha),
      takes(Revision, sha.toUpperCase()),
      takes(TagName, 'a'.repeat(39)),
    ]).toEqual([true, false, false, true]);
  });
  it('given any name that is taken, then a shell, a URL path and an option parser read it as it stands', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (name) => {
        if (!takes(TagName, name)) return;
        expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._+/-]*$/);
        expect(new URL(`https://x/a/${name}`).pathname).toBe(`/a/${name}`);
      }),
      { numRuns: 500 },
    );
  });
});

describe('repositories', () => {
  it.each(['acme/widgets', 'A1/b.c-d_e', 'a/.github', 'acme_corp/x', 'a/...'])(
    'given %j, then it is one',
    (name) => {
      expect(takes(RepositoryFullName, name)).toBe(true);
    },
  );
  it.each([
    '..',
    '.',
    'a/..',
    'a/.',
    '../a',
    'a',
    'a/',
    '/a',
    'a/b/c',
    'a%2fb',
    'a/b%2f..',
    'a//b',
    'a\\b',
    'a/b.git',
    'a/b.GIT',
    '-a/b',
    'a-/b',
    'a b/c',
    'a/b c',
    'a/b?',
    'a/b#',
    'é/b',
    'a/é',
    `${'a'.repeat(40)}/b`,
    `a/${'b'.repeat(101)}`,
    'a/b\n',
    'a/\u200b',
  ])('given %j, then it is none', (name) => {
    expect(takes(RepositoryFullName, name)).toBe(false);
  });
});

describe('texts', () => {
  const invisible = [
    '\u0000',
    '\u0007',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u00ad',
    '\u061c',
    '\u180e',
    '\u200b',
    '\u200d',
    '\u200e',
    '\u202e',
    '\u2028',
    '\u2066',
    '\u2069',
    '\ufeff',
    '\ufffa',
    '\u{e0041}',
    '\u{e0100}',
    '\u{e01ef}',
    '\u034f',
    '\u115f',
    '\u1160',
    '\u3164',
    '\uffa0',
    '\ud800',
  ];
  it.each(invisible)('given %j in a title, a body, a remark or a path, then it is refused', (character) => {
    for (const schema of [Title, Body, Remark, RelativePath])
      expect(takes(schema, `a${character}b`)).toBe(false);
  });
  it('given ordinary letters of any script, marks and emoji, then they are taken', () => {
    for (const text of ['Widgets 1.4.0', 'Größe', '日本語', 'العربية', '🚀 launch', 'é'])
      for (const schema of [Title, Body, Remark, RelativePath]) expect(takes(schema, text)).toBe(true);
  });
  it('given line breaks and tabs, then a body may have them, a title and a path may not', () => {
    for (const text of ['a\nb', 'a\tb'])
      expect([takes(Body, text), takes(Title, text), takes(RelativePath, text)]).toEqual([
        true,
        false,
        false,
      ]);
    expect(takes(Body, 'a\r\nb')).toBe(false);
  });
  it('given a space at either end, then a title is refused: GitHub takes it away', () => {
    for (const text of [' a', 'a ', '\u00a0a', 'a\u3000'])
      expect([takes(Title, text), takes(Body, text)]).toEqual([false, true]);
  });
  it('X2: given the line by which effects are found again, then a body is refused', () => {
    const marker = '<!-- marketops:00000000000000000000000000 -->';
    for (const text of [marker, `a\n\n${marker}`, `a\n  ${marker}\nb`]) expect(takes(Body, text)).toBe(false);
    expect(takes(Body, '<!-- another comment -->')).toBe(true);
  });
  it('given any text, then as a plain line it can be a title', () => {
    for (const character of [...invisible, '\n', '\t']) {
      const line = plainLine(`a${character}${character}b`, ' ');
      expect(takes(Title, line)).toBe(true);
    }
    expect(plainLine('a\n\u202eb\ud800', '_')).toBe('a_b\ufffd');
  });
  it('given lengths at and beyond the limit, then only those at it are taken', () => {
    expect([
      takes(Title, 'x'.repeat(256)),
      takes(Title, 'x'.repeat(257)),
      takes(Title, 'x'.repeat(1_048_576)),
      takes(Title, ''),
    ]).toEqual([true, false, false, false]);
    expect([takes(Body, 'x'.repeat(125_000)), takes(Body, 'x'.repeat(125_001))]).toEqual([true, false]);
    expect([takes(PullBody, 'x'.repeat(65_536)), takes(PullBody, 'x'.repeat(65_537))]).toEqual([true, false]);
    expect([takes(Remark, 'x'.repeat(500)), takes(Remark, 'x'.repeat(501)), takes(Remark, '')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

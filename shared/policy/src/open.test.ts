import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { PolicyError } from './errors.js';
import { openPolicies } from './open.js';

const permit = '@id("all")\npermit (principal, action, resource);\n';
const forbid = (annotations: string) => `${annotations}\nforbid (principal, action, resource);\n`;

/** The refusal of one file. */
function refusal(text: string): PolicyError {
  try {
    openPolicies(nodeCrypto, { 'a.cedar': text });
  } catch (fault) {
    if (fault instanceof PolicyError) return fault;
    throw fault;
  }
  throw new Error('it was taken');
}

describe('openPolicies', () => {
  it('given policies in order, then it takes them, each with its file and line', () => {
    const set = openPolicies(nodeCrypto, {
      'b.cedar': permit,
      'a.cedar':
        '// ä is two bytes\n\n@id("no-tags") @reason("r") @remedy("m") @approvals("2") @approver_group("rm")\n' +
        'forbid (principal, action in [Action::"tag_repo"], resource);\n' +
        '@id("draft") permit (principal, action == Action::"open_pr", resource);',
    });
    expect(
      set.policies.map(({ id, file, line, effect, kinds }) => ({ id, file, line, effect, kinds })),
    ).toEqual([
      { id: 'no-tags', file: 'a.cedar', line: 3, effect: 'forbid', kinds: ['tag_repo'] },
      { id: 'draft', file: 'a.cedar', line: 5, effect: 'permit', kinds: ['open_pr'] },
      {
        id: 'all',
        file: 'b.cedar',
        line: 1,
        effect: 'permit',
        kinds: ['publish_release', 'tag_repo', 'open_pr', 'attach_release_asset'],
      },
    ]);
    expect(set.policies[0]).toMatchObject({
      reason: 'r',
      remedy: 'm',
      approvals: { count: 2, group: 'rm' },
    });
  });

  it('given more than ten policies in a file, then they keep the order of their lines', () => {
    const text = Array.from({ length: 12 }, (_, index) => permit.replace('all', `p${index}`)).join('');
    const { policies } = openPolicies(nodeCrypto, { 'a.cedar': text });
    expect(policies.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, index) => `p${index}`));
    expect(policies.map(({ line }) => line)).toEqual(Array.from({ length: 12 }, (_, index) => 2 * index + 1));
  });

  it.each([
    ['no Cedar', `${permit}permit (principal action, resource);`, 'policy_malformed', 3, 'unexpected token'],
    ['half a surrogate', `\ud800${permit}`, 'policy_malformed', undefined, 'Unicode'],
    [
      'an annotation without a text',
      '@id("x")\n@reason("No.")\n@remedy\nforbid (principal, action, resource);',
      'policy_annotation_invalid',
      1,
      '@remedy',
    ],
    ['no Cedar after what is two bytes', '// ä\npermit(principal', 'policy_malformed', 2, 'unexpected end'],
    [
      'a template',
      '@id("t") permit (principal == ?principal, action, resource);',
      'policy_malformed',
      undefined,
      'template',
    ],
    [
      'an attribute that is not',
      `${permit}@id("x") permit (principal, action, resource) when { context.tenat == "a" };`,
      'policy_invalid',
      3,
      'did you mean `tenant`',
    ],
    [
      'an attribute of another kind',
      '@id("x") permit (principal, action == Action::"open_pr", resource) when { context.tag_name == "v1" };',
      'policy_invalid',
      1,
      'tag_name',
    ],
    [
      'an action that is not',
      '@id("x") permit (principal, action == Action::"publish", resource);',
      'policy_invalid',
      1,
      'unrecognized action',
    ],
    [
      'an entity that is not',
      '@id("x") permit (principal == User::"a", action, resource);',
      'policy_invalid',
      1,
      'User',
    ],
    [
      'another type',
      '@id("x") permit (principal, action, resource) when { context.approval_count > "1" };',
      'policy_invalid',
      1,
      'expected',
    ],
    [
      'a forbid that can never apply',
      '@id("x") @reason("r") @remedy("m") forbid (principal, action, resource) when { 1 == 2 };',
      'policy_invalid',
      1,
      'impossible',
    ],
    [
      'a repository with capitals',
      '@id("x") permit (principal, action, resource == Repository::"Acme/widgets");',
      'policy_invalid',
      1,
      '"Acme/widgets" matches nothing',
    ],
    [
      'a pattern with capitals',
      '@id("x") permit (principal, action, resource) when { resource.full_name like "Acme/*" };',
      'policy_invalid',
      1,
      'lower case',
    ],
    [
      'a name of letters that only look like ours',
      '@id("x") permit (principal, action, resource) when { resource.owner == "\u0430\u0441\u0435" };',
      'policy_invalid',
      1,
      'matches nothing',
    ],
    [
      'text that reads from right to left',
      '@id("x") permit (principal, action == Action::"tag_repo", resource) when { context.tag_name == "v1\u202e2" };',
      'policy_invalid',
      1,
      'BIDI',
    ],
    [
      'brackets that never close, policy after policy',
      'permit (principal, action, resource) when { (((; '.repeat(6),
      'policy_too_large',
      1,
      'nested deeper',
    ],
    [
      'an owner with capitals in a list',
      '@id("x") permit (principal, action, resource) when { ["a", "Acme"].contains(resource.owner) };',
      'policy_invalid',
      1,
      'lower case',
    ],
    ['no id', 'permit (principal, action, resource);', 'policy_annotation_invalid', 1, '@id'],
    [
      'an id with spaces',
      '@id("a b") permit (principal, action, resource);',
      'policy_annotation_invalid',
      1,
      '@id',
    ],
    ['a forbid without a reason', forbid('@id("x") @remedy("m")'), 'policy_annotation_invalid', 1, '@reason'],
    [
      'a forbid with an empty remedy',
      forbid('@id("x") @reason("r") @remedy(" ")'),
      'policy_annotation_invalid',
      1,
      '@remedy',
    ],
    [
      'a reason without end',
      forbid(`@id("x") @reason("${'r'.repeat(601)}") @remedy("m")`),
      'policy_annotation_invalid',
      1,
      '600',
    ],
    [
      'an annotation nobody knows',
      '@id("x") @aprovals("2") permit (principal, action, resource);',
      'policy_annotation_invalid',
      1,
      '@aprovals is not known',
    ],
    [
      'approvals on a permit',
      '@id("x") @approvals("2") permit (principal, action, resource);',
      'policy_annotation_invalid',
      1,
      'forbid only',
    ],
    [
      'no number of approvals',
      forbid('@id("x") @reason("r") @remedy("m") @approvals("0")'),
      'policy_annotation_invalid',
      1,
      '1 to 10',
    ],
    [
      'a group without approvals',
      forbid('@id("x") @reason("r") @remedy("m") @approver_group("g")'),
      'policy_annotation_invalid',
      1,
      '@approvals',
    ],
    [
      'evidence on a permit',
      '@id("x") @evidence("ci.result=passed") permit (principal, action, resource);',
      'policy_annotation_invalid',
      1,
      'forbid only',
    ],
    ...['passed', '=passed', 'ci.result=', 'CI=passed', 'ci.result=a b'].map(
      (fact): [string, string, string, number, string] => [
        `${fact} for evidence`,
        forbid(`@id("x") @reason("r") @remedy("m") @evidence("${fact}")`),
        'policy_annotation_invalid',
        1,
        'ci.result=passed',
      ],
    ),
    ['an id twice', `${permit}${permit}`, 'policy_id_duplicate', 3, 'is taken'],
    ['nothing', '', 'policy_missing', undefined, 'no policy'],
    ['a comment only', '// permit (principal, action, resource);', 'policy_missing', undefined, 'no policy'],
    ['more than a file may hold', `// ${'x'.repeat(70_000)}`, 'policy_too_large', undefined, '65536'],
    [
      'a thousand brackets',
      `@id("x") permit (principal, action, resource) when { ${'('.repeat(1_000)}true${')'.repeat(1_000)} };`,
      'policy_too_large',
      1,
      'nested deeper',
    ],
    [
      'a thousand operators',
      `@id("x") permit (principal, action, resource) when { ${'true && '.repeat(1_000)}true };`,
      'policy_too_large',
      1,
      'operators',
    ],
  ])('given %s, then it refuses with the place', (_what, text, code, line, said) => {
    const fault = refusal(text);
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(said);
    expect(fault.place?.line).toBe(line);
    if (line !== undefined) expect(fault.file).toBe('a.cedar');
    expect(fault.next).not.toBe('');
  });

  it('given faults in several files, then it tells them all', () => {
    const bad = 'permit (principal, action, resource);';
    expect(() => openPolicies(nodeCrypto, { 'a.cedar': bad, 'b.cedar': bad })).toThrow(
      expect.objectContaining({
        faults: [
          { path: 'a.cedar', line: 1, column: 1, message: 'a policy needs @id("…")' },
          { path: 'b.cedar', line: 1, column: 1, message: 'a policy needs @id("…")' },
        ],
      }),
    );
  });

  it.each([
    ['no files', {}, 'policy_missing'],
    ['a path for a name', { '../a.cedar': permit }, 'policy_unreadable'],
    [
      'too many files',
      Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`${n}.cedar`, permit])),
      'policy_too_large',
    ],
    [
      'too many policies',
      { 'a.cedar': Array.from({ length: 501 }, (_, n) => permit.replace('all', `p${n}`)).join('') },
      'policy_too_large',
    ],
  ])('given %s, then it refuses', (_what, files, code) => {
    expect(() => openPolicies(nodeCrypto, files)).toThrow(expect.objectContaining({ code }));
  });

  it('given the same id in two files, then it refuses', () => {
    expect(() => openPolicies(nodeCrypto, { 'a.cedar': permit, 'b.cedar': permit })).toThrow(
      expect.objectContaining({ code: 'policy_id_duplicate', file: 'b.cedar' }),
    );
  });

  it('given what the limits just let through, then Cedar bears it', () => {
    const deep = `@id("deep") permit (principal, action, resource) when { ${'('.repeat(15)}true${')'.repeat(15)} };\n`;
    const dots =
      `@id("dots") permit (principal, action, resource) when { ${'context.draft || '.repeat(59)}true };\n`.replace(
        'action,',
        'action == Action::"open_pr",',
      );
    const nested = `@id("nested") permit (principal, action, resource) when { ${'(true && '.repeat(15)}${'!true || '.repeat(40)}true${')'.repeat(15)} };\n`;
    const list = `@id("list") permit (principal, action, resource) when { [${'"acme/widgets", '.repeat(3_000)}"a/b"].contains(resource.full_name) };\n`;
    const { policies } = openPolicies(nodeCrypto, { 'a.cedar': deep + dots + nested + list });
    expect(policies).toHaveLength(4);
  });
});

describe('the digest', () => {
  const digestOf = (files: Record<string, string>) => openPolicies(nodeCrypto, files).digest;

  it('given the same files in another order, then it is the same; given any change, another', () => {
    const other = permit.replace('all', 'other');
    const digest = digestOf({ 'a.cedar': permit, 'b.cedar': other });
    expect(digestOf({ 'b.cedar': other, 'a.cedar': permit })).toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf({ 'a.cedar': permit })).not.toBe(digest);
    expect(digestOf({ 'a.cedar': other, 'b.cedar': permit })).not.toBe(digest);
    expect(digestOf({ 'a.cedar': `${permit}// a word\n`, 'b.cedar': other })).not.toBe(digest);
  });
});

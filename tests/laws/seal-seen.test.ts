import { describe, expect, it } from 'vitest';
import { files, type Project, sealedProjects } from './testing/project.js';

const sealedProject = sealedProjects();
const faultsAfter = (change: (project: Project) => void): string => {
  const project = sealedProject();
  expect(project.check().faults).toEqual([]);
  change(project);
  return project.check().faults.join('\n');
};

/** What weakens a law, and what the check says of it. */
const violations: readonly (readonly [what: string, change: (project: Project) => void, said: RegExp])[] = [
  [
    'the law’s text changed',
    (the) => the.change(files.laws, 'cannot be bypassed', 'should not be bypassed'),
    /P4: the law now reads "One-time use should not be bypassed\."/,
  ],
  [
    'the law taken back to planned',
    (the) => the.change(files.laws, 'Fail closed. | active', 'Fail closed. | planned: later'),
    /P8 is sealed in small-law-1\.0\.0, and docs\/laws\.md no longer has it as active/,
  ],
  ['the law gone', (the) => the.change(files.laws, '| P8 | Fail closed. | active |', ''), /P8 is sealed/],
  [
    'an assertion taken out',
    (the) => the.change(files.test, "expect(answer.code).toBe('consumed');", ''),
    /P4: a test is another: .*use\.test\.ts › a receipt > P4: used %i times/,
  ],
  [
    'an assertion made weaker',
    (the) => the.change(files.test, ".toBe('consumed')", ".not.toBe('fine')"),
    /P4: a test is another/,
  ],
  [
    'another text compared with',
    (the) => the.change(files.test, "toBe('consumed')", "toBe('consumed ')"),
    /another/,
  ],
  [
    'a row taken out of its table',
    (the) => the.change(files.test, '[1, 2, 3]', '[1]'),
    /P4: a test is another/,
  ],
  ['a hook changed', (the) => the.change(files.test, 'used = 0', 'used = 1'), /P4: a test is another/],
  ['the test skipped', (the) => the.change(files.test, 'it.each(', 'it.skip.each('), /P4: a test is another/],
  [
    'its suite skipped',
    (the) => the.change(files.test, "describe('a", "describe.skip('a"),
    /P4: a test is another/,
  ],
  [
    'another test in its file alone to run',
    (the) => the.change(files.test, "it('has", "it.only('has"),
    /use\.test\.ts has an `only`, which silences its other tests \(law P4\)/,
  ],
  [
    'a helper in another file that judges less',
    (the) => the.change(files.helper, 'expect(answer).toMatchObject({ code });', ''),
    /P4: a test is another/,
  ],
  [
    'a helper’s helper that judges less',
    (the) => the.change(files.helper, "toEqual(['code'])", 'toBeDefined()'),
    /P4: a test is another/,
  ],
  [
    'its expect from elsewhere',
    (the) => the.change(files.test, "describe, it } from 'vitest'", "describe, it } from './mine.js'"),
    /P4: a test is another/,
  ],
  [
    'a suite that another file makes, which judges less',
    (the) => the.change(files.suite, ".toBe('closed')", '.toBeTruthy()'),
    /P8: a test is another: tests\/flow\/shop\.test\.ts › \(the whole file\)/,
  ],
  [
    'what it is given to judge',
    (the) => the.change(files.caller, "'open'", "'shut'"),
    /P8: a test is another/,
  ],
  [
    'what a test imports while it runs',
    (the) => the.change('services/shop/src/testing/doubt.ts', '"open"', '"shut"'),
    /P8: a test is another/,
  ],
  [
    'a file imported for its hooks alone',
    (the) => the.change(files.hooks, 'undefined', 'null'),
    /P8: a test is another/,
  ],
  [
    'a loop around it that is shorter',
    (the) => the.change(files.other, "'engine', ", ''),
    /P8: a test is another/,
  ],
  [
    'a test removed',
    (the) => {
      the.tests = { [files.other]: the.tests[files.other] ?? [] };
    },
    /P4: a test is gone: .*use\.test\.ts/,
  ],
  [
    'a case no longer collected',
    (the) => {
      the.tests = { ...the.tests, [files.other]: ['P8: given a broken clock, then no'] };
    },
    /P8: a test is another/,
  ],
  [
    'the runner told otherwise',
    (the) => the.change('vitest.config.ts', '**/*.test.ts', 'nowhere/*.test.ts'),
    /a test is another: vitest\.config\.ts/,
  ],
  [
    'a test under a name that no call in its file makes',
    (the) => {
      the.tests = { ...the.tests, [files.other]: ['P8: from nowhere'] };
    },
    /P8: a test is new: .*other\.test\.ts › \(the whole file\)/,
  ],
  [
    'a test added',
    (the) => {
      the.change(files.other, "from 'vitest';", "from 'vitest';\nit('P8: more', () => expect(1).toBe(1));");
      the.tests = { ...the.tests, [files.other]: [...(the.tests[files.other] ?? []), 'P8: more'] };
    },
    /P8: a test is new: .*other\.test\.ts › P8: more/,
  ],
];

/** What weakens nothing. */
const harmless: readonly (readonly [what: string, change: (project: Project) => void])[] = [
  ['another test of the same file', (the) => the.change(files.test, '.toBeTruthy()', '.toContain("law")')],
  ['what only that one uses', (the) => the.change(files.test, 'nobody of the law', 'none of the law')],
  ['a helper it does not reach', (the) => the.change(files.helper, 'farAway = () => 1', 'farAway = () => 2')],
  ['layout', (the) => the.change(files.test, '[1, 2, 3]', '[\n  1,\n  2,\n  3,\n]')],
  ['quotes', (the) => the.change(files.test, "toBe('consumed')", 'toBe("consumed")')],
  [
    'a comment',
    (the) => the.change(files.test, 'const answer', '// It\'s asked.\n/* "once" */ const answer'),
  ],
  ['a type', (the) => the.change(files.test, '(n: number)', '(n: 1 | 2 | 3)')],
];

describe('a seal', () => {
  it.each(violations)('sees %s', (_what, change, said) => {
    expect(faultsAfter(change)).toMatch(said);
  });

  it.each(harmless)('is not broken by a change of %s', (_what, change) => {
    expect(faultsAfter(change)).toBe('');
  });

  it('says how to record what it sees', () => {
    const said = faultsAfter((the) => the.change(files.test, 'used = 0', 'used = 1'));
    expect(said).toContain('npm run laws -- amend --by "<who>" --why "<why>"');
  });
});

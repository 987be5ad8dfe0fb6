import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { files, type Project, sealedProjects } from './testing/project.js';

const sealedProject = sealedProjects();
const weaken = (the: Project) => the.change(files.test, 'used = 0', 'used = 1');
const faults = (the: Project) => the.check().faults.join('\n');

/** A project whose change is recorded by one amendment, and another by a second. */
function amended(): Project {
  const the = sealedProject();
  weaken(the);
  the.amend();
  the.change(files.laws, 'Fail closed.', 'Fail closed, always.');
  the.amend('said more plainly');
  expect(faults(the)).toBe('');
  return the;
}

const lines = (the: Project) => the.text(files.amendments).trimEnd().split('\n');

describe('a sealed law that changes', () => {
  it('given no amendment, then it is a fault until it is recorded, and not after', () => {
    const the = sealedProject();
    weaken(the);
    expect(faults(the)).toContain('no amendment records this. P4: a test is another');
    the.amend();
    expect(faults(the)).toBe('');
    const [line = ''] = lines(the);
    expect(JSON.parse(line)).toMatchObject({
      number: 1,
      by: 'alice',
      why: 'for the test, and said so',
      laws: { P4: { added: [], removed: [], changed: [{ file: files.test }] } },
    });
  });

  it('given a later change, then the amendment before it does not cover it', () => {
    const the = amended();
    the.change(files.test, 'used = 1', 'used = 2');
    expect(faults(the)).toContain('no amendment records this');
  });

  it('given the change is taken back after its amendment, then that is a change too', () => {
    const the = amended();
    the.change(files.test, 'used = 1', 'used = 0');
    expect(faults(the)).toContain('P4: a test is another');
  });

  it('given a test is added, then the amendment says which', () => {
    const the = sealedProject();
    the.change(files.other, "from 'vitest';", "from 'vitest';\nit('P8: more', () => expect(1).toBe(1));");
    the.tests = { ...the.tests, [files.other]: [...(the.tests[files.other] ?? []), 'P8: more'] };
    the.amend();
    expect(faults(the)).toBe('');
    const [line = ''] = lines(the);
    expect(JSON.parse(line)).toMatchObject({ laws: { P8: { added: [{ test: 'P8: more' }], changed: [] } } });
  });
});

/** What is done to a list of two amendments, and what the check says of it. */
const forgeries: readonly (readonly [what: string, forge: (the: Project) => void, said: RegExp])[] = [
  [
    'is missing',
    (the) => the.write(files.amendments, `${lines(the)[1]}\n`),
    /amendment 1: it says that it is number 2[\s\S]*does not follow/,
  ],
  [
    'the last is missing',
    (the) => the.write(files.amendments, `${lines(the)[0]}\n`),
    /P8: the law now reads/,
  ],
  ['all are missing', (the) => the.write(files.amendments, ''), /P4: a test is another/],
  [
    'has another digest for what it changed',
    (the) => edit(the, 0, (text) => text.replace(/("after":"sha256:)[0-9a-f]{8}/, '$100000000')),
    /amendment 1: what it records of P4 gives sha256:\w+, not sha256:00000000/,
  ],
  [
    'has another digest for what was before',
    (the) => edit(the, 0, (text) => text.replace(/("before":"sha256:)[0-9a-f]{8}/, '$100000000')),
    /amendment 1: P4 was sha256:\w+ before it, not sha256:00000000/,
  ],
  [
    'is edited afterwards',
    (the) => edit(the, 0, (text) => text.replace('"alice"', '"mallory"')),
    /amendment 2: it does not follow what stands before it/,
  ],
  [
    'says nobody',
    (the) => edit(the, 1, (text) => text.replace('"alice"', '" "')),
    /does not say who amended/,
  ],
  [
    'says no time',
    (the) => edit(the, 1, (text) => text.replace('2026-02-01T', 'soon ')),
    /does not say when/,
  ],
  [
    'is of another law',
    (the) => edit(the, 1, (text) => text.replace('"P8":', '"P9":')),
    /P9 is not sealed here/,
  ],
  ['is no JSON', (the) => edit(the, 1, (text) => text.slice(1)), /line 2, is not JSON/],
  ['is no amendment', (the) => edit(the, 1, () => '{"number":2}'), /line 2, is no amendment/],
];

function edit(the: Project, index: number, change: (text: string) => string): void {
  const edited = lines(the).map((line, at) => (at === index ? change(line) : line));
  expect(edited).not.toEqual(lines(the));
  the.write(files.amendments, `${edited.join('\n')}\n`);
}

describe('an amendment', () => {
  it.each(forgeries)('that %s is seen', (_what, forge, said) => {
    const the = amended();
    forge(the);
    expect(faults(the)).toMatch(said);
  });
});

describe('the file of a seal', () => {
  it('given it is gone, then that is a fault', () => {
    const the = sealedProject();
    rmSync(join(the.root, files.seal));
    expect(faults(the)).toBe(`${files.seal} is missing`);
  });

  it.each([
    ['its day', '2026-01-31', '2025-01-31', /its digest is not of what it says/],
    ['a sentence', 'Fail closed.', 'Fail open.', /the digest of P8 is not of what is sealed/],
    ['its name', '"small-law"', '"other-law"', /says that it is other-law 1\.0\.0/],
    ['a law', '"P4": {', '"P5": {', /seals other laws: P5, P8/],
  ])('given %s is edited, then that is seen', (_what, from, to, said) => {
    const the = sealedProject();
    the.change(files.seal, from, to);
    expect(faults(the)).toMatch(said);
  });
});

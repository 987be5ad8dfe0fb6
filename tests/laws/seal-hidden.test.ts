import { describe, expect, it } from 'vitest';
import { files, type Project, sealedProjects } from './testing/project.js';

const sealedProject = sealedProjects();
const quiet = 'Object.assign(Object.getPrototypeOf(expect(0)) as object, { toBe() {} })';
const elsewhere = 'services/shop/src/testing/elsewhere.ts';

type Change = (project: Project) => void;
const besideTests =
  (text: string): Change =>
  (the) =>
    the.change(files.test, 'const attempts', `${text}\nconst attempts`);
/** Code that no test names, and that runs before them all because their file is loaded. */
const atLoad: readonly (readonly [what: string, change: Change])[] = [
  ['a declaration whose value acts', besideTests(`const quiet = ${quiet};`)],
  ['one within an object', besideTests(`const quiet = { of: [() => 1, ${quiet}] };`)],
  ['one that is spread', besideTests('const quiet = { ...loud };')],
  ['one that makes something', besideTests('const quiet = new Quiet();')],
  ['one that reads a property, which a getter answers', besideTests('const quiet = loud.quiet;')],
  ['one that takes an object apart', besideTests('const { quiet } = loud;')],
  ['one that becomes a text', besideTests(`const quiet = \`\${loud}\`;`)],
  ['one that is exported', besideTests(`export const quiet = ${quiet};`)],
  ['a default export that acts', besideTests(`export default ${quiet};`)],
  ['one that holds a test', besideTests(`const quiet = [${quiet}, it('has none', () => undefined)];`)],
  ['a static block', besideTests(`class Quiet { static { ${quiet}; } }`)],
  ['a static field', besideTests(`class Quiet { static readonly now = ${quiet}; }`)],
  ['a class that extends what is worked out', besideTests(`class Quiet extends made(${quiet}) {}`)],
  ['a name of a member that is worked out', besideTests(`class Quiet { [name(${quiet})]() {} }`)],
  ['an object with such a name', besideTests(`const quiet = { [name(${quiet})]: 1 };`)],
  ['a decorator', besideTests('@quiet class Quiet {}')],
  ['an enum', besideTests(`enum Quiet { now = of(${quiet}) }`)],
  ['a namespace', besideTests(`namespace Quiet { ${quiet}; }`)],
  ['a namespace that is exported', besideTests(`export namespace Quiet.Now { ${quiet}; }`)],
  [
    'what another test mocks, which is moved to the top',
    besideTests("it('has none', () => { vi.mock('./use.js', () => ({ use: () => yes })); });"),
  ],
  ['a module that is required', besideTests("import quiet = require('./quiet.js');")],
];

/** A module that acts when it is loaded, and the ways to load it. */
const loading: readonly (readonly [what: string, text: string])[] = [
  ['every export of it is passed on', "export * from './elsewhere.js';"],
  ['nothing of it is passed on', "export {} from './elsewhere.js';"],
  ['a name of it is passed on that nobody asks for', "export { nobody } from './elsewhere.js';"],
  ['a name of it is imported that no test reaches', "import { nobody } from './elsewhere.js';"],
  ['all of it is passed on under a name', "export * as nobody from './elsewhere.js';"],
];

/** A line that ends after a word: what stood behind it is a statement of its own, and the word does another thing. */
const cutAfter = (word: string, text: string): readonly [what: string, change: Change] => [
  `the end of a line after ${word}`,
  (the) => {
    the.change(files.helper, 'strict(answer); }', `function* all() { ${text} } all(); strict(answer); }`);
    the.amend();
    the.change(files.helper, `${word} `, `${word}\n`);
  },
];

/** What one test itself does, changed without a trace but the place of a name or of the end of a line. */
const inPlace: readonly (readonly [what: string, change: Change])[] = [
  ...['return', 'yield'].map((word) => cutAfter(word, `${word} strict(answer);`)),
  ...['break', 'continue'].map((word) => cutAfter(word, `of: for (const one of [answer]) { ${word} of }`)),
  [
    'an operator that goes over to the next line',
    (the) => {
      the.change(files.helper, 'strict(answer); }', 'let n = 0, m = 0; n\n++\nm\n strict(answer); }');
      the.amend();
      the.change(files.helper, 'n\n++\nm', 'n++\nm');
    },
  ],
  [
    'two imports that trade their names',
    (the) => {
      the.change(files.test, 'import { refusal, type Judged }', 'import { refusal, farAway as near }');
      the.change(files.test, "refusal(answer, 'consumed');", "refusal(answer, 'consumed'); near();");
      the.amend();
      the.change(files.test, 'refusal, farAway as near', 'refusal as near, farAway as refusal');
    },
  ],
  [
    'two exports that trade their names',
    (the) => {
      the.change(files.test, './testing/judge.js', './testing/both.js');
      the.change(files.test, "refusal(answer, 'consumed');", "refusal(answer, 'consumed'); farAway();");
      the.change(files.test, 'refusal, type Judged', 'refusal, farAway, type Judged');
      const both = "export { refusal, farAway } from './judge.js';";
      the.write('services/shop/src/testing/both.ts', both);
      the.amend();
      const traded = both.replace('refusal, farAway', 'refusal as farAway, farAway as refusal');
      the.write('services/shop/src/testing/both.ts', traded);
    },
  ],
  [
    'two files that trade what a name means in them',
    (the) => {
      the.change(files.test, '[1, 2, 3]', '[many]; const many = 3');
      the.change(
        files.helper,
        'strict(answer); }',
        'strict(answer); expect(many).toBe(1); } const many = 1;',
      );
      the.amend();
      the.change(files.test, 'many = 3', 'many = 1');
      the.change(files.helper, 'many = 1', 'many = 3');
    },
  ],
  [
    'two hooks in another order',
    (the) => {
      the.change(files.test, 'used = 0; });', 'used = 0; });\nbeforeEach(() => { used = 1; });');
      the.amend();
      the.change(
        files.test,
        'beforeEach(() => { used = 0; });\nbeforeEach(() => { used = 1; });',
        'beforeEach(() => { used = 1; });\nbeforeEach(() => { used = 0; });',
      );
    },
  ],
];

/** Another test of the file that is to run alone, by all the ways to say so. */
const alone: readonly string[] = [
  "it.only('alone', () => undefined);",
  "it['only']('alone', () => undefined);",
  "it[`only`]('alone', () => undefined);",
  "it['on' + 'ly']('alone', () => undefined);",
  "it('alone', { only: true }, () => undefined);",
  "it('alone', { 'only': true }, () => undefined);",
  "it('alone', { ['on' + 'ly']: true }, () => undefined);",
  "it('alone', { ...options }, () => undefined);",
  "describe('alone', { only: yes }, () => { it('x', () => undefined); });",
  "describe['only']('alone', () => { it('x', () => undefined); });",
];

/** What looks like it, and weakens nothing. */
const harmless: readonly (readonly [what: string, text: string])[] = [
  ['a constant', 'const day = 24 * 60 * 60; const name = -1 as const;'],
  [
    'a table that only another test uses',
    'const table = [{ of: [1, "two", /3/], make: () => use(4) }, other];',
  ],
  ['a function', 'export function farther() { return use(1); }'],
  ['a class', 'class Shop { static readonly size = 3; open = use(2); static make() { return new Shop(); } }'],
  ['an enum', 'enum Size { small = 1, large = 2 }'],
  ['types alone', "import type { Size } from './sizes.js'; export type { Size } from './sizes.js';"],
  ['what is declared elsewhere', 'declare const here: number; declare global { interface Shop {} }'],
  ['a test with options', "it('has none', { timeout: 1_000, only: false }, () => undefined);"],
];

const faultsOf = (the: Project) => the.check().faults.join('\n');

describe('a seal, against what is hidden', () => {
  it.each(atLoad)('sees, beside the tests, %s', (_what, change) => {
    const the = sealedProject();
    change(the);
    expect(faultsOf(the)).toMatch(/P4: a test is another: .*use\.test\.ts/);
  });

  it.each(loading)('sees a module that acts where %s', (_what, text) => {
    const the = sealedProject();
    the.write(elsewhere, 'export const nobody = () => 1;\n');
    the.write(files.helper, `${text}\n${the.text(files.helper)}`);
    expect(faultsOf(the)).toBe('');
    the.write(elsewhere, `export const nobody = () => 1;\nconst quiet = ${quiet};\n`);
    expect(faultsOf(the)).toMatch(/P4: a test is another: .*use\.test\.ts/);
  });

  it.each(inPlace)('sees, in a test, %s', (_what, change) => {
    const the = sealedProject();
    change(the);
    expect(faultsOf(the)).toMatch(/P4: a test is another: .*use\.test\.ts/);
  });

  it.each(alone)('sees another test that runs alone: %s', (text) => {
    const the = sealedProject();
    the.change(files.other, "from 'vitest';", `from 'vitest';\n${text}`);
    expect(faultsOf(the)).toMatch(/other\.test\.ts has an `only`/);
  });

  it.each(harmless)('is not broken by %s beside the tests', (_what, text) => {
    const the = sealedProject();
    besideTests(text)(the);
    expect(faultsOf(the)).toBe('');
  });
});

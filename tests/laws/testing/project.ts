import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { LawTests } from '../collected.js';
import { readLaws } from '../law-table.js';
import { checkSeal, nextAmendment, type SealCheck } from '../sealing/check.js';
import { appendAmendment, writeSeal } from '../sealing/files.js';
import { lawsNow, makeSeal, type SealDefinition } from '../sealing/seal.js';
import { createTestReader } from '../sealing/sealed-tests.js';
import { setFaults } from '../sealing/sets.js';

/** A small project with two laws under seal, in a folder of its own. */
export interface Project {
  readonly root: string;
  write(file: string, text: string): void;
  /** Replaces a text that stands in the file exactly once. */
  change(file: string, from: string, to: string): void;
  text(file: string): string;
  /** The tests vitest would collect. */
  tests: LawTests;
  check(): SealCheck;
  /** Faults of the sets together, given these definitions. */
  checkSets(definitions?: readonly SealDefinition[]): readonly string[];
  amend(why?: string): void;
  git(...args: readonly string[]): string;
}

export const definition: SealDefinition = {
  seal: 'small-law',
  version: '1.0.0',
  laws: ['P4', 'P8'],
  promise: 'Small, and kept.',
};

export const files = {
  laws: 'docs/laws.md',
  test: 'services/shop/src/use.test.ts',
  other: 'services/shop/src/other.test.ts',
  helper: 'services/shop/src/testing/judge.ts',
  /** A suite that a file of another folder makes, through the package's name. */
  caller: 'tests/flow/shop.test.ts',
  suite: 'services/shop/src/testing/suite.ts',
  hooks: 'services/shop/src/testing/hooks.ts',
  seal: 'docs/milestones/small-law-1.0.0.json',
  amendments: 'docs/milestones/small-law-1.0.0.amendments.jsonl',
} as const;

const sources: Readonly<Record<string, string>> = {
  [files.laws]: `| id | law | status |
|---|---|---|
| P4 | One-time use cannot be bypassed. | active |
| P8 | Fail closed. | active |
`,
  [files.test]: `import { expect, describe, it } from 'vitest';
import { use } from './use.js';
import { refusal, type Judged } from './testing/judge.js';

const attempts = [1, 2, 3];
const unrelated = 'nobody of the law asks for this';

describe('a receipt', () => {
  let used: number;
  beforeEach(() => { used = 0; });

  it.each(attempts)('P4: used %i times, it is refused', async (n: number) => {
    const answer = await use(n);
    refusal(answer, 'consumed');
    expect(answer.code).toBe('consumed');
  });

  it('has a name', () => { expect(unrelated).toBeTruthy(); });
});
`,
  [files.other]: `import { expect, it } from 'vitest';
for (const broken of ['engine', 'clock']) {
  it(\`P8: given a broken \${broken}, then no\`, () => expect(broken).not.toBe('yes'));
}
`,
  [files.helper]: `import { expect } from 'vitest';
export type Judged = { readonly code: string };
export function refusal(answer: Judged, code: string) { expect(answer).toMatchObject({ code }); strict(answer); }
const strict = (answer: Judged) => expect(Object.keys(answer)).toEqual(['code']);
export const farAway = () => 1;
`,
  [files.caller]: `import { shopSuite as suite } from '@small/shop/testing';
import '../../services/shop/src/testing/hooks.js';
const shop = () => 'open';
suite(shop);
`,
  [files.suite]: `import { describe, expect, it } from 'vitest';
export function shopSuite(make: () => string) {
  describe('a shop', () => {
    it('P8: closed when in doubt', async () => {
      const { doubt } = await import('./doubt.js');
      expect(doubt(make())).toBe('closed');
    });
  });
}
`,
  'services/shop/src/testing/doubt.ts':
    'export const doubt = (shop: string) => (shop === "open" ? "closed" : "?");\n',
  [files.hooks]: `import { beforeEach } from 'vitest';\nbeforeEach(() => undefined);\n`,
  'services/shop/src/testing/index.ts': `export { shopSuite } from './suite.js';\n`,
  'services/shop/package.json': JSON.stringify({
    name: '@small/shop',
    exports: { './testing': { source: './src/testing/index.ts' } },
  }),
  'vitest.config.ts': `export default { test: { include: ['**/*.test.ts'] } };\n`,
};

const collected: LawTests = {
  [files.other]: ['P8: given a broken clock, then no', 'P8: given a broken engine, then no'],
  [files.caller]: ['a shop > P8: closed when in doubt'],
  [files.test]: [1, 2, 3].map((n) => `a receipt > P4: used ${n} times, it is refused`),
};

/** A function that makes such projects, sealed; each is gone after the test that made it. */
export function sealedProjects(): () => Project {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const root = mkdtempSync(join(tmpdir(), 'marketops-seals-'));
    made.push(root);
    const project = projectIn(root);
    for (const [file, text] of Object.entries(sources)) project.write(file, text);
    const now = lawsNow(definition.laws, readLaws(root), createTestReader(root, project.tests));
    writeSeal(root, makeSeal(definition, now, '2026-01-31'));
    return project;
  };
}

function projectIn(root: string): Project {
  const path = (file: string) => join(root, file);
  const project: Project = {
    root,
    tests: collected,
    write(file, text) {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
    },
    change(file, from, to) {
      const parts = project.text(file).split(from);
      if (parts.length !== 2) throw new RangeError(`"${from}" stands ${parts.length - 1} times in ${file}`);
      project.write(file, parts.join(to));
    },
    text: (file) => readFileSync(path(file), 'utf8'),
    check: () => checkSeal(root, definition, readLaws(root), createTestReader(root, project.tests)),
    checkSets: (definitions = [definition]) => setFaults(root, definitions),
    amend(why = 'for the test, and said so') {
      const { state } = project.check();
      const said = { by: 'alice', why, at: '2026-02-01T00:00:00.000Z' };
      const amendment = state === undefined ? undefined : nextAmendment(state, said);
      if (amendment === undefined) throw new RangeError('there is nothing to amend');
      appendAmendment(root, definition, amendment);
    },
    git: (...args) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
  };
  return project;
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { threats } from './index.js';
import { type NamedTest, namedTests } from './named-tests.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Sections and lines of docs/threats.md. */
const listed = readFileSync(join(root, 'docs/threats.md'), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((part) => {
    const [section = '', ...rest] = part.split('\n');
    return [section, rest.filter((line) => line.startsWith('- ')).map((line) => line.slice(2))] as const;
  });

const testsIn = new Map<string, readonly NamedTest[]>();
const testsOf = (file: string): readonly NamedTest[] => {
  const known = testsIn.get(file);
  if (known !== undefined) return known;
  const path = join(root, file);
  const tests = existsSync(path) ? namedTests(readFileSync(path, 'utf8')) : [];
  testsIn.set(file, tests);
  return tests;
};

describe('docs/threats.md', () => {
  it('given the list, then the index has the same sections and lines, in the same order', () => {
    expect(Object.entries(threats).map(([section, lines]) => [section, Object.keys(lines)])).toEqual(listed);
    expect(listed.flatMap(([, lines]) => lines).length).toBeGreaterThanOrEqual(70);
  });

  it('given a file of tests, then those that never run count for nothing', () => {
    const text = `
      const table = [['row one', 1], ['row two', 2]] as const;
      it('a', () => {});
      it.skip('b', () => {});
      it.skip.each([1])('c %s', () => {});
      it.todo('d');
      describe.skip('e', () => { it('f', () => {}); });
      describe.each(table)('g %s', () => { it.only.each(['inner'])(\`h \${1} %s\`, () => {}); });
      describe.skipIf(unless !== '')('i', () => { it('j', () => {}); });
      it.skipIf(true)('k', () => {});
      // it('l', () => {});
      const said = "it('m', () => {});";
    `;
    expect(namedTests(text)).toEqual([
      { name: 'a', rows: [] },
      { name: 'h … %s', rows: ['row one', 'row two', 'inner'] },
      { name: 'j', rows: [] },
    ]);
  });
});

describe.each(Object.entries(threats))('%s', (_section, lines) => {
  for (const [line, entry] of Object.entries(lines)) {
    if ('awaits' in entry) {
      it.skip(`${line} (cannot apply: ${entry.awaits})`, () => undefined);
      continue;
    }
    it(line, () => {
      expect(entry.length).toBeGreaterThan(0);
      for (const [file, name, row] of entry) {
        const named = testsOf(file).filter((one) => one.name.startsWith(name));
        expect(named, `${file}: ${name}`).not.toEqual([]);
        if (row !== undefined)
          expect(
            named.flatMap(({ rows }) => rows),
            name,
          ).toContain(row);
      }
    });
  }
});

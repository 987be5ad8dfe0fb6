import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { threats } from './index.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Sections and lines of docs/threats.md. */
const listed = readFileSync(join(root, 'docs/threats.md'), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((part) => {
    const [section = '', ...rest] = part.split('\n');
    return [section, rest.filter((line) => line.startsWith('- ')).map((line) => line.slice(2))] as const;
  });

/** The first argument of every `it`, `test` and `.each(…)`, as it stands in the text; skipped tests are none. */
function testNames(text: string): string[] {
  const calls = /(?:\b(?:it|test)(?:\.only)?|\bit\.each\([^()]*\)|\))\(\s*(['"`])((?:\\.|(?!\1).)*)\1,/gs;
  return [...text.matchAll(calls)].map(([, , name = '']) => name);
}

const namesIn = new Map<string, readonly string[]>();
const namesOf = (file: string): readonly string[] => {
  const known = namesIn.get(file);
  if (known !== undefined) return known;
  const path = join(root, file);
  const names = existsSync(path) ? testNames(readFileSync(path, 'utf8')) : [];
  namesIn.set(file, names);
  return names;
};

describe('docs/threats.md', () => {
  it('given the list, then the index has the same sections and lines, in the same order', () => {
    expect(Object.entries(threats).map(([section, lines]) => [section, Object.keys(lines)])).toEqual(listed);
    expect(listed.flatMap(([, lines]) => lines).length).toBeGreaterThanOrEqual(70);
  });

  it('given a file of tests, then skipped ones count for nothing', () => {
    const text = "it('a', () => {});\nit.skip('b', () => {});\nit.each([1])('c %s', () => {});";
    expect(testNames(text)).toEqual(['a', 'c %s']);
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
      for (const [file, name] of entry) {
        expect(
          namesOf(file).filter((one) => one.startsWith(name)),
          `${file}: ${name}`,
        ).not.toEqual([]);
      }
    });
  }
});

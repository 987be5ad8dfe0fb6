import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { executors } from './executors/executors.js';
import { faultPoints, reachFor, unwatched } from './fault-points.js';

const page = readFileSync(new URL('../../../docs/effects.md', import.meta.url), 'utf8');
/** Rows of a table of that page, by the code in their first cell. */
const rows = (section: string): readonly (readonly string[])[] => {
  const from = page.indexOf(`\n## ${section}`);
  const text = page.slice(from, page.indexOf('\n## ', from + 1));
  return [...text.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(([, name = '', cells = '']) => [
    name,
    ...cells.split(' | ').map((cell) => cell.trim()),
  ]);
};

describe('docs/effects.md', () => {
  it('names every fault point, and no other, each with what is found and why it does no harm', () => {
    const points = rows('Every point');
    expect(points.map(([name]) => name).sort()).toEqual(Object.keys(faultPoints).sort());
    for (const cells of points) {
      expect(cells, cells[0]).toHaveLength(3);
      expect(
        cells.every((cell) => cell !== ''),
        cells[0],
      ).toBe(true);
    }
  });

  it('says of every executor what it declares', () => {
    const declared = Object.entries(executors).map(([kind, { lookup }]) => [kind, `\`${lookup}\``]);
    expect(rows('Whether the provider').map((cells) => cells.slice(0, 2))).toEqual(declared);
  });
});

describe('the registry', () => {
  it('says of each point what is so there, in a sentence', () => {
    for (const [point, sentence] of Object.entries(faultPoints)) {
      expect(point).toMatch(/^[a-z_]+(\.[a-z_]+){1,2}$/);
      expect(sentence, point).toMatch(/^\S.*\.$/);
    }
  });

  it('is watched by nobody unless a port is given', () => {
    const subject = { runId: 'run', operationId: 'op', receiptId: 'rcp', attempt: 1 };
    expect(reachFor(undefined, subject)).toBe(unwatched);
    expect(unwatched('tag.ref.before')).toBeUndefined();
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileAt } from '../node.js';
import { type JournalLine, lineBytesMax, readLines } from './lines.js';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marketops-lines-'));
  path = join(folder, 'file');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function linesOf(content: string | Buffer, from = { offset: 0, number: 1 }) {
  await writeFile(path, content);
  const lines: JournalLine[] = [];
  const tail = await readLines(fileAt(path), from, (line) => {
    lines.push(line);
    return true;
  });
  return { lines, tail };
}

test('given any text, then its lines come whole, with their places, and what has no newline is the tail', async () => {
  const text = fc.array(
    fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constant('y'.repeat(40_000))),
    {
      maxLength: 60,
    },
  );
  await fc.assert(
    fc.asyncProperty(text, async (drawn) => {
      const parts = drawn.map((part) => part.replaceAll('\n', '').toWellFormed());
      const content = Buffer.from(parts.join('\n'));
      const { lines, tail } = await linesOf(content);
      const last = parts.at(-1) ?? '';
      expect(lines.map((line) => line.text)).toEqual(parts.slice(0, -1));
      expect(new TextDecoder().decode(tail?.bytes)).toBe(last);
      for (const line of lines)
        expect(content.subarray(line.offset, line.offset + line.length).toString()).toBe(line.text);
      expect(lines.map((line) => line.number)).toEqual(lines.map((_, at) => at + 1));
    }),
    { numRuns: 60 },
  );
});

test('given a place in the file, then reading goes on from there', async () => {
  const { lines } = await linesOf('a\nbb\nccc\n', { offset: 2, number: 2 });
  expect(lines).toMatchObject([
    { text: 'bb', number: 2, offset: 2 },
    { text: 'ccc', number: 3, offset: 5 },
  ]);
});

test('a line of the longest length is read, one longer is refused before it is whole, and so is what is not UTF-8', async () => {
  expect((await linesOf(`${'x'.repeat(lineBytesMax)}\n`)).lines).toHaveLength(1);
  await expect(linesOf(`${'x'.repeat(lineBytesMax + 1)}\n`)).rejects.toMatchObject({ code: 'line_too_long' });
  await expect(linesOf('x'.repeat(5_000_000))).rejects.toMatchObject({ code: 'line_too_long' });
  await expect(linesOf(Buffer.from([0x61, 0xff, 0x0a]))).rejects.toMatchObject({
    code: 'line_malformed',
    place: { line: 1 },
  });
});

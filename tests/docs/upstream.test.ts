import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './error-codes.js';

const text = (path: string) => readFileSync(join(root, path), 'utf8');

it('docs/upstream.md shows the program that tests/flow/upstream.test.ts runs, to the letter', () => {
  const shown = /^```js\n([\s\S]*?)^```$/gm;
  const programs = [...text('docs/upstream.md').matchAll(shown)].map(([, program]) => program);
  expect(programs).toEqual([text('docs/examples/enqueue.mjs')]);
});

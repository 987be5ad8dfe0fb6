import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorClasses, root } from './error-codes.js';

const documented = new Set(
  [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map(
    ([, code]) => code,
  ),
);

describe('docs/errors.md', () => {
  const classes = errorClasses();

  it('finds the error classes it is to check', () => {
    expect(classes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['InputError', 'StoreError', 'ProofError', 'GitHubError']),
    );
    for (const { name, codes } of classes) expect(codes.length, name).toBeGreaterThan(0);
  });

  it.each(classes)('has a line for every code of $name', ({ codes }) => {
    expect(codes.filter((code) => !documented.has(code))).toEqual([]);
  });

  it('has no line for a code that does not exist', () => {
    const known = new Set(classes.flatMap(({ codes }) => codes));
    expect([...documented].filter((code) => code !== undefined && !known.has(code))).toEqual([]);
  });
});

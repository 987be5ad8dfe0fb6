import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalNote, lawByVerdict } from '@marketops/verifier';
import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';
import { root } from './error-codes.js';

const page = readFileSync(join(root, 'docs/verifying.md'), 'utf8');
const rowsOf = (heading: string): string[][] => {
  const from = page.indexOf(heading);
  return page
    .slice(from, page.indexOf('\n\n', from))
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')));
};

describe('docs/verifying.md', () => {
  it('lists every verdict with its law, and no other', () => {
    const listed = rowsOf('| verdict | law |').map(([, code = '', law = '']) => [code, law]);
    expect(Object.fromEntries(listed)).toEqual(lawByVerdict);
    expect(listed).toHaveLength(Object.keys(lawByVerdict).length);
  });

  it('lists every note, and no other', () => {
    // A record, so that the compiler asks for a new one here.
    const notes: Record<JournalNote['code'], true> = {
      torn_tail: true,
      torn_file: true,
      ignored_entries: true,
      deposed_file: true,
      unknown_events: true,
    };
    expect(
      rowsOf('| note |')
        .map(([, code]) => code)
        .sort(),
    ).toEqual(Object.keys(notes).sort());
  });

  it('L1: runs as written: verified, pinned, a cut and a changed journal told apart', async () => {
    const { code, output } = await runAsWritten('docs/verifying.md');
    expect(code, output).toBe(0);
    expect(output).toContain('run completed: 1 succeeded');
    expect(output).toContain('holds  against 1 pin');
    expect(output.match(/\(tail_cut\)/g)).toHaveLength(2);
    expect(output).toContain('(entry_changed)');
    expect(output).toMatch(/^holds {2}\d+ entries and every tile of them/m);
    expect(output.match(/holds {2}against 1 checkpoint/g)).toHaveLength(2);
    expect(output.match(/exit code 1/g)).toHaveLength(3);
  }, 240_000);
});

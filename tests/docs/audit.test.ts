import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './error-codes.js';
import { shellBlocks } from './story.js';

const rowsOf = (text: string): string[] => text.split('\n').filter((line) => /^\| A\d+ \|/.test(line));

describe('docs/audit.md', () => {
  let home = '';
  let printed = '';
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'marketops-docs-'));
    const script = shellBlocks('docs/audit.md')
      .map((block) => block.script)
      .join('\n');
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: root,
      env: { ...process.env, HOME: home, NO_COLOR: '1' },
      timeout: 110_000,
    });
    printed = stdout;
  }, 120_000);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('given its commands as written, then ten of ten are refused, and the report is where it says', () => {
    expect(printed).toContain('10 of 10 refused');
    expect(rowsOf(printed)).toHaveLength(10);
  });

  it('given its table, then id, attack, defence and severity are those of the report', () => {
    const report = JSON.parse(readFileSync(join(home, 'audit', 'audit.json'), 'utf8')) as {
      readonly scenarios: readonly Readonly<Record<string, unknown>>[];
    };
    expect(rowsOf(readFileSync(join(root, 'docs/audit.md'), 'utf8'))).toEqual(
      report.scenarios.map(
        ({ id, name, stopped_by, severity }) => `| ${id} | ${name} | ${stopped_by} | ${severity} |`,
      ),
    );
  });

  it('given the fields it explains, then each is there', () => {
    const text = readFileSync(join(home, 'audit', 'audit.json'), 'utf8');
    const explained = ['refused', 'check', 'event_id', 'ledger_sequence', 'detail', 'attempts', 'expects'];
    for (const field of [...explained, 'held', 'control', 'ledger']) expect(text).toContain(`"${field}"`);
  });
});

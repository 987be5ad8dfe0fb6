import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leastPermissions } from '@marketops/engine';
import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';
import { root } from './error-codes.js';

const text = readFileSync(join(root, 'docs/going-live.md'), 'utf8');

describe('docs/going-live.md, command by command', () => {
  it('runs as written where no GitHub is needed: rehearsed with Apps, and verified', async () => {
    const { code, output } = await runAsWritten('docs/going-live.md');
    expect(code, output).toBe(0);
    expect(output).toContain('the GitHub of the system that runs here is simulated');
    expect(output).toContain('run blocked');
    expect(output).toContain('run completed: 2 succeeded');
  }, 240_000);

  it('has the permissions that tokens are asked for', () => {
    const rows = new Map(
      [...text.matchAll(/^\| (?:planner: |publisher: )`?(\w+)`? \| (\w*) ?\| (\w*) ?\| (\w*) ?\|/gm)].map(
        ([, name = '', metadata, contents, pull_requests]) => [name, { metadata, contents, pull_requests }],
      ),
    );
    const written = Object.fromEntries(
      [...rows].map(([name, levels]) => [
        name,
        Object.fromEntries(Object.entries(levels).filter(([, level]) => level !== '')),
      ]),
    );
    expect(written).toEqual(leastPermissions);
  });

  it('shows no token, and no private key', () => {
    expect(text).not.toMatch(/gh[pousr]_\w{4,}|github_pat_\w{4,}|BEGIN/);
  });
});

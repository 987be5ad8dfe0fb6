import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/reconcile.md, command by command', () => {
  it('X2: runs as written: an answer is lost, the release is uncertain, looked up, and found, once', async () => {
    const { code, output } = await runAsWritten('docs/reconcile.md');
    expect(code, output).toBe(0);
    expect(output).toMatch(/run_\w+\/release\s+uncertain/);
    expect(output).toContain('run failed: 1 uncertain');
    expect(output).toContain('alice has it looked up: GitHub is back');
    expect(output).toContain('no longer uncertain: its effect is there, by looking it up');
    expect(output).toContain('Nothing is uncertain.');
  }, 240_000);
});

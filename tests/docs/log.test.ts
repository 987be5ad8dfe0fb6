import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/log.md, command by command', () => {
  it('L3: runs as written: a stranger verifies the log with nothing of ours, and that it continues an older checkpoint', async () => {
    const { code, output } = await runAsWritten('docs/log.md');
    expect(code, output).toBe(0);
    expect(output.match(/^VERIFIED: \S+, \d+ entries, root \S{44}$/gm)).toHaveLength(2);
    expect(output).toMatch(/^— \S+ \S+$/m);
    expect(output).toContain('(tail_cut)');
    expect(output).toContain('exit code 1');
  }, 240_000);
});

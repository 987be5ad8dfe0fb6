import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/approvals.md, command by command', () => {
  it('F2: runs as written: asked for, shown, approved by two, minted, shipped; and withdrawn and denied', async () => {
    const { code, output } = await runAsWritten('docs/approvals.md');
    expect(code, output).toBe(0);
    expect(output).toContain('confirmation_needed');
    expect(output).toMatch(/1 of 2 approvals by any approver/);
    expect(output).toContain('waits for the evidence ci.result=passed');
    expect(output).toMatch(/ci says ci\.result passed/);
    expect(output).toMatch(/alice approves the whole plan/);
    expect(output).toMatch(/receipt rcp_\w{26}, until/);
    expect(output).toContain('run completed: 1 succeeded');
    expect(output).toMatch(/bob denies the whole plan: the notes name the wrong version/);
    expect(output).toMatch(/run blocked: 1 (blocked|skipped)/);
  }, 240_000);
});

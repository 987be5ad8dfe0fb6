import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/redrive.md, command by command', () => {
  it('F2: runs as written: advised against, redriven when policy says yes, shipped', async () => {
    const { code, output } = await runAsWritten('docs/redrive.md');
    expect(code, output).toBe(0);
    expect(output).toContain('run partial: 1 succeeded, 1 blocked');
    expect(output).toContain('1 operation open again: release');
    expect(output).toContain('run completed: 2 succeeded');
    expect(output).toContain('alice orders release redriven: the incident is over');
    expect(output).toContain('blocked_by_mode, release_exists');
    expect(output).toContain('Nothing is dead');
  }, 240_000);
});

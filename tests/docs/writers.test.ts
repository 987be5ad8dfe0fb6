import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/writers.md, command by command', () => {
  it('L2: runs as written: a second ledger stands by, writes when the first is killed, and the first one stands by for it', async () => {
    const { code, output } = await runAsWritten('docs/writers.md');
    expect(code, output).toBe(0);
    expect(output).toContain('"role":"standby"');
    expect(output).toContain('"role":"writer"');
    expect(output).toMatch(/healthy.*standby of process \d+/);
  }, 240_000);
});

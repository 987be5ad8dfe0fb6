import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/replay.md, command by command', () => {
  it('runs as written: looked for, gone through, decided again, compared, reported, followed', async () => {
    const { code, output } = await runAsWritten('docs/replay.md');
    expect(code, output).toBe(0);
    expect(output).toContain('phase: authorized → started');
    expect(output).toMatch(/\d+ steps in .*: \d+ agrees/);
    expect(output).not.toContain('DIVERGES');
    expect(output).toContain('mode: "prod", not "dry_run"');
    for (const title of ['Timeline', 'Actors', 'Receipts', 'Refusals', 'What is unproven'])
      expect(output).toContain(`## ${title}`);
    expect(output).toContain('Follows the ledger');
  }, 240_000);
});

import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/journal.md, command by command', () => {
  it('L1 L3: runs as written: a file is sealed and read with gzip, counted, checked, exported, and its chain followed', async () => {
    const { code, output } = await runAsWritten('docs/journal.md');
    expect(code, output).toBe(0);
    expect(output).toMatch(/\.jsonl\.gz/);
    expect(output).toMatch(/^H \{"created_at":/m);
    expect(output).toMatch(/sealed +\d+ files?: .* packed into .* \(\d+ %\)/);
    expect(output).toContain('every digest and signature');
    expect(output).toContain('All is well.');
    expect(output).toContain('"type":"epoch.opened"');
    expect(output).toMatch(/the chain holds, and ends with [0-9a-f]{64}/);
  }, 240_000);
});

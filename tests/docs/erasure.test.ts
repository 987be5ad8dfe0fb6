import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/erasure.md, command by command', () => {
  it('runs as written: sealed, shipped, in no file, erased, and every proof holds', async () => {
    const { code, output } = await runAsWritten('docs/erasure.md');
    expect(code, output).toBe(0);
    expect(output).toContain('it stands in no file');
    expect(output).toContain('sealed: encrypted beside the ledger, and erasable');
    expect(output).toContain('Erased: the key of run_');
    expect(output).toMatch(/contents +erased by alice, .*: asked for by the person named/);
    expect(output.match(/Thanks to Ada Lovelace/g)).toHaveLength(1);
    expect(output).toContain('are known by digest only');
  }, 240_000);
});

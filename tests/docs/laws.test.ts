import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/laws.md, command by command', () => {
  it('runs as written: a release and a dry run, and every law with what shows it', async () => {
    const { code, output } = await runAsWritten('docs/laws.md');
    expect(code, output).toBe(0);
    expect(output).toMatch(
      /D1 .*\n +check +nullSideEffectPort, execute\n +tests +\d+ tests; sealed as dryrun-law 1\.0\.0/,
    );
    expect(output).toMatch(/evidence +entry \d+, \S+Z: op\/\S+\/tag was blocked/);
    expect(output).toMatch(
      /P4 {2}One-time use cannot be bypassed\.\n\nEnforced by\n {2}checkUnconsumed \(gate check 9\)/,
    );
    expect(output).toMatch(/entry \d+, \S+Z: op\/\S+\/tag started with rcp_\w{26}: that is its one use/);
    expect(output).toContain('tests/security/single-use.test.ts');
    expect(output).toContain('no event shows this; tests do');
  }, 240_000);
});

import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/guide.md, command by command', () => {
  it('runs as written, from the first block to the last', async () => {
    const { code, output } = await runAsWritten('docs/guide.md');
    expect(code, output).toBe(0);
    expect(output).toContain('v1.4.0');
  }, 240_000);
});

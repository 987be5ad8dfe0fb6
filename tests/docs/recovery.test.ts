import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/recovery.md, command by command', () => {
  it('L2: runs as written: shipped, emptied, closed, rebuilt, verified, not shipped twice, and the next is shipped', async () => {
    const { code, output } = await runAsWritten('docs/recovery.md');
    expect(code, output).toBe(0);
    expect(output).toContain('64 of 64 closed');
    expect(output).toContain('Nothing was done. With --yes it is put back');
    expect(output).toContain('Redis is what the ledger says again');
    expect(output).toContain('Epoch 2 has begun');
    expect(output).toContain('all 64 open, epoch 2');
    expect(output.match(/run completed: 1 succeeded/g)).toHaveLength(3);
  }, 240_000);
});

import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/backup.md, command by command', () => {
  it('L2: runs as written: shipped, copied, everything lost, restored, rebuilt, verified against before, shipped on', async () => {
    const { code, output } = await runAsWritten('docs/backup.md');
    expect(code, output).toBe(0);
    expect(output).toContain('holds the ledger up to entry');
    expect(output).toContain('No private keys are in it');
    expect(output).toMatch(/is what the backup of .* says/);
    expect(output).toContain('64 of 64 closed');
    expect(output).toContain('Redis is what the ledger says again');
    expect(output).toContain('all 64 open, epoch 2');
    expect(output.match(/run completed: 1 succeeded/g)).toHaveLength(4);
  }, 240_000);
});

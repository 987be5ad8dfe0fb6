import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/api.md, command by command', () => {
  it('runs as written: a key is made, a run is asked for over HTTP and found again', async () => {
    const { code, output } = await runAsWritten('docs/api.md');
    expect(code, output).toBe(0);
    expect(output).toContain('"principal":"local"');
    expect(output).toContain('"idempotency_key":"api-example-1"');
    expect(output).toMatch(/"runs":\[.*"position":\d+/);
  }, 240_000);
});

import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';

describe('docs/freeze.md, command by command', () => {
  it('O1: runs as written: frozen, held, refused to the same person, unfrozen by a second, shipped', async () => {
    const { code, output } = await runAsWritten('docs/freeze.md');
    expect(code, output).toBe(0);
    expect(output).toContain('repository:acme/widgets is frozen, by alice');
    expect(output).toContain('second_person_needed');
    expect(output).toContain('repository:acme/widgets is no longer frozen, by bob');
    expect(output).toContain('run completed: 1 succeeded');
    expect(output).toMatch(/rcp_\w{26} {2}consumed/);
  }, 240_000);
});

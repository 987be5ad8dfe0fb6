import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runScript } from './as-written.js';
import { shellBlocks } from './story.js';

const home = mkdtempSync(join(tmpdir(), 'marketops-witness-doc-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('docs/witness.md, command by command', () => {
  it('runs as written: a witness starts, says its key, and refuses what is no request', async () => {
    const script = shellBlocks('docs/witness.md')
      .map((block) => block.script)
      .join('\n');
    const { code, output } = await runScript({ ...process.env, HOME: home, NO_COLOR: '1' }, script);
    expect(code, output).toBe(0);
    expect(output).toMatch(/"verifier_key":"witness\.example\/w1\+[0-9a-f]{8}\+B[A-P]/);
    expect(output).toMatch(/^400$/m);
    expect(output).toContain('This is no request of add-checkpoint');
  }, 120_000);
});

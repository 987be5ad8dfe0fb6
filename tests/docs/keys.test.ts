import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runScript, type Told } from './as-written.js';
import { shellBlocks } from './story.js';

const home = mkdtempSync(join(tmpdir(), 'marketops-keys-doc-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const run = (script: string): Promise<Told> =>
  runScript({ ...process.env, HOME: home, NO_COLOR: '1' }, script);

describe('docs/keys.md, command by command', () => {
  it('runs as written, and leaves keys with which every service may start', async () => {
    const script = shellBlocks('docs/keys.md')
      .map((block) => block.script)
      .join('\n');
    const { code, output } = await run(script);
    expect(code, output).toBe(0);
    for (const said of ['is the new mint key of federation', 'is revoked, since', 'receipt-hmac', 'revoked'])
      expect(output).toContain(said);
    const doctor = await run(
      `export PATH="$PWD/node_modules/.bin:$PATH"; cd "$HOME/keys-example"; marketops doctor || true`,
    );
    expect(doctor.output).toMatch(/^ok {4}keys /m);
  }, 180_000);
});

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runScript } from './as-written.js';
import { root } from './error-codes.js';
import { shellBlocks } from './story.js';

const page = 'docs/deployment.md';
const home = mkdtempSync(join(tmpdir(), 'marketops-deployment-doc-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('docs/deployment.md, command by command', () => {
  it('runs as written where no cluster is needed, and leaves an overlay with its secrets for their owner alone', async () => {
    const script = shellBlocks(page)
      .map((block) => block.script)
      .join('\n');
    const { code, output } = await runScript({ ...process.env, HOME: home, NO_COLOR: '1' }, script);
    expect(code, output).toBe(0);
    expect(output).toMatch(/config\.yaml\nkustomization\.yaml\nsecrets\.yaml/);
    const secrets = join(home, 'widgets-cluster/kubernetes/secrets.yaml');
    expect(statSync(secrets).mode & 0o077).toBe(0);
    expect(readFileSync(secrets, 'utf8')).toContain('a token that reads');
  }, 120_000);

  it('names only files that there are', () => {
    const named = [...readFileSync(join(root, page), 'utf8').matchAll(/`((?:infra|tests)\/[\w./-]+)`/g)];
    expect(named.length).toBeGreaterThan(3);
    for (const [, path = ''] of named) expect(existsSync(join(root, path)), path).toBe(true);
  });
});

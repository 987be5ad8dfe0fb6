import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCompose, readVariables } from '../docker/compose.js';
import { runScript, type Told } from './as-written.js';
import { root } from './error-codes.js';
import { shellBlocks } from './story.js';

const home = mkdtempSync(join(tmpdir(), 'marketops-docker-doc-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const run = (script: string): Promise<Told> =>
  runScript({ ...process.env, HOME: home, NO_COLOR: '1' }, script);

describe('docs/docker.md, command by command', () => {
  it('runs as written where no container engine is needed, and leaves all that docker-compose.yml mounts', async () => {
    const script = shellBlocks('docs/docker.md')
      .map((block) => block.script)
      .join('\n');
    const { code, output } = await run(script);
    expect(code, output).toBe(0);
    const { services, secrets } = readCompose(readVariables(join(home, 'widgets-docker/compose.env')));
    const sources = Object.values(services).flatMap(({ volumes }) => volumes.map(({ source }) => source));
    for (const source of [...sources, ...Object.values(secrets).map(({ file }) => file)]) {
      expect(existsSync(source.startsWith('./') ? join(root, source) : source), source).toBe(true);
    }
  }, 180_000);

  it('names, where a container engine is needed, only services that there are', () => {
    const text = readFileSync(join(root, 'docs/docker.md'), 'utf8');
    const names = Object.keys(readComposeServices());
    const restarted = [...text.matchAll(/docker compose restart ([a-z ]+)/g)].flatMap(([, words = '']) =>
      words.trim().split(' '),
    );
    expect(restarted.length).toBeGreaterThan(0);
    for (const name of restarted) expect(names).toContain(name);
    expect(names).toEqual(expect.arrayContaining(['marketops', 'publisher']));
  });
});

const readComposeServices = () =>
  readCompose(
    Object.fromEntries(
      ['MARKETOPS_DIR', 'MARKETOPS_UID', 'MARKETOPS_GID', 'GITHUB_READ_TOKEN_FILE', 'GITHUB_TOKEN_FILE'].map(
        (name) => [name, 'x'],
      ),
    ),
  ).services;

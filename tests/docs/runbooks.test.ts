import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exampleRepositories } from '@marketops/cli';
import { findRedisServer, type SimulatedGitHub, startSimulatedGitHub } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript, type Told } from './as-written.js';
import { root } from './error-codes.js';
import { shellBlocks } from './story.js';

/** In an order in which each finds what it needs: one system, from its installation to its incidents. */
const pages = [
  ...['install', 'go-live', 'stuck-run', 'rotate-keys', 'backup-and-restore', 'upgrade'],
  ...['ledger-disk-full', 'redis-lost', 'compromised-key'],
];
const folder = 'docs/runbooks';
const unless = await findRedisServer().then(
  () => '',
  (fault: unknown) => ` (skipped: ${String(fault)})`,
);

/** What is left running goes to the background of the same shell, which goes on when it says that it is up. */
const scriptOf = (page: string): string =>
  shellBlocks(`${folder}/${page}.md`)
    .map(({ background, script }) =>
      background
        ? `{ ${script.trim()}; } > "$HOME/${page}.log" 2>&1 &\nuntil grep -q Ctrl-C "$HOME/${page}.log"; do kill -0 $! || { cat "$HOME/${page}.log"; exit 1; }; sleep 0.2; done`
        : script,
    )
    .join('\n');

describe.skipIf(unless !== '')(`docs/runbooks, one after the other on one system${unless}`, () => {
  let github: SimulatedGitHub;
  const home = mkdtempSync(join(tmpdir(), 'marketops-runbooks-'));
  const system = join(home, 'marketops/.marketops/system.json');
  const run = (script: string): Promise<Told> => {
    const env = {
      ...process.env,
      ...{ HOME: home, NO_COLOR: '1', PATH: `${root}/node_modules/.bin:${process.env['PATH']}` },
      ...{ GITHUB_API_URL: github.url, GITHUB_UPLOAD_URL: github.uploadsUrl },
      ...{ GITHUB_READ_TOKEN: 'may-read', GITHUB_TOKEN: 'may-write' },
      // Whatever else listens on this machine.
      MARKETOPS_CONSOLE_PORT: '0',
    };
    return runScript(env, script);
  };

  beforeAll(async () => {
    github = await startSimulatedGitHub({ seed: exampleRepositories, tokens: ['may-read', 'may-write'] });
  });
  afterAll(async () => {
    if (existsSync(system)) {
      const { pid } = JSON.parse(readFileSync(system, 'utf8')) as { pid: number };
      await run(`kill -TERM ${pid}; while test -e ${system}; do sleep 0.2; done`);
    }
    await github.stop();
    rmSync(home, { recursive: true, force: true });
  }, 120_000);

  it.each(pages)(
    '%s runs as written',
    async (page) => {
      const { code, output } = await run(scriptOf(page));
      expect(code, output).toBe(0);
    },
    150_000,
  );
});

describe('docs/runbooks', () => {
  const text = (path: string): string => readFileSync(path, 'utf8');
  const files = readdirSync(join(root, folder));

  it('are all run, and all listed', () => {
    expect(files.sort()).toEqual([...pages.map((page) => `${page}.md`), 'README.md'].sort());
    for (const page of pages) expect(text(join(root, folder, 'README.md'))).toContain(`(${page}.md)`);
  });

  it('are one screen each', () => {
    for (const file of files) {
      const lines = text(join(root, folder, file)).split('\n').length;
      expect(lines, file).toBeLessThanOrEqual(75);
    }
  });

  it('link only to what there is', () => {
    const sources = [...files.map((file) => join(root, folder, file)), ...pagesOfMine];
    for (const path of sources) {
      for (const [, target = ''] of text(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^https?:/.test(target)) continue;
        expect(existsSync(join(dirname(path), target)), `${path}: ${target}`).toBe(true);
      }
    }
  });
});

const pagesOfMine = ['deployment', 'releasing', 'configuration'].map((name) => join(root, `docs/${name}.md`));

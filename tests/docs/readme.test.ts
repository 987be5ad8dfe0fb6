import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlanRequest } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './error-codes.js';
import { shellBlocks } from './story.js';

const run = promisify(execFile);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commands = shellBlocks('README.md').flatMap(({ script }) => script.trim().split('\n'));

describe('README.md', () => {
  it('says the two commands, and nothing else is to be typed but what is tested here', () => {
    expect(commands).toEqual([
      'npm run demo',
      'npm test',
      'npx marketops --help',
      'npx marketops init --help',
    ]);
  });

  it('npm run demo: all of it held', async () => {
    const { stdout } = await run('npm', ['run', 'demo'], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
      timeout: 170_000,
      maxBuffer: 8 << 20,
    });
    expect(stdout).toMatch(/All \d+ expectations held\./);
  }, 180_000);

  // `npm test` has run by then: the gate runs it first.
  it.each(commands.filter((command) => command.startsWith('npx ')))('%s', async (command) => {
    const [program = '', ...args] = command.split(' ');
    const { stdout } = await run(program, args, { cwd: root, timeout: 60_000 });
    expect(stdout).toContain('Usage: marketops');
  });

  it('shows a plan that is one', () => {
    const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(PlanRequest.safeParse(parse(yaml)).error).toBeUndefined();
  });

  it('names only files that are there, with something in them', () => {
    for (const [, target = ''] of readme.matchAll(/\]\(([^)#]+)\)/g)) {
      expect(readFileSync(join(root, target), 'utf8').trim(), target).not.toBe('');
    }
  });
});

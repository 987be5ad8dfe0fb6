import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const LOCAL = fileURLToPath(new URL('..', import.meta.url));

/** Stands in for npm: notes that it ran, and leaves a compiler that does nothing. */
const NPM = `
  const fs = require('node:fs');
  fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
  if (process.env.NPM_SAYS) { console.error(process.env.NPM_SAYS); process.exit(1); }
  fs.mkdirSync('node_modules/typescript/bin', { recursive: true });
  fs.writeFileSync('node_modules/typescript/bin/tsc', "console.log('chatter'); process.exit(+(process.env.TSC_CODE ?? 0))");`;

/** Stands in for the command: answers on stdout, and ends as it is told. */
const COMMAND = `
  const [how] = process.argv.slice(2);
  if (how === 'wait') {
    process.on('SIGTERM', () => process.exit(5));
    setInterval(() => {}, 60_000);
  }
  if (how === 'crash') process.kill(process.pid, 'SIGKILL');
  process.stdout.write(JSON.stringify(process.argv.slice(2)));
  if (how === 'fail') process.exitCode = 7;`;

let repository: string;

beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'marketops-setup-'));
  await put('package.json', '{}');
  await put('package-lock.json', '{}');
  await put('npm.js', NPM);
  await put('tests/dist/bench/main.js', COMMAND);
  await cp(join(LOCAL, 'setup.mjs'), join(repository, 'infra/local/setup.mjs'));
  await cp(join(LOCAL, 'setup'), join(repository, 'infra/local/setup'), { recursive: true });
});

afterEach(() => rm(repository, { recursive: true, force: true }));

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(repository, file)), { recursive: true });
  await writeFile(join(repository, file), text);
}

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const npm_execpath = join(repository, 'npm.js');
  return spawn(process.execPath, ['infra/local/setup.mjs', ...args], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/nonexistent', npm_execpath, ...env },
  });
}

async function setup(args: string[], env?: NodeJS.ProcessEnv) {
  const child = start(args, env);
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    text.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text.stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code: code as number, ...text };
}

const npmCalls = async () =>
  (await readFile(join(repository, 'npm-calls'), 'utf8')).trim().split('\n').length;

describe('setup.mjs', () => {
  test('given a fresh clone, then it installs and builds, and stdout is the command alone', async () => {
    const { code, stdout, stderr } = await setup(['bench', '--json', 'two words']);

    expect(JSON.parse(stdout)).toEqual(['--json', 'two words']);
    expect(stderr).toMatch(/^installing packages … {2}\d+\.\d s\nbuilding … {2}\d+\.\d s\n$/);
    expect(code).toBe(0);
  });

  test('given it ran before, then it installs again only for another lock file', async () => {
    await setup(['bench']);
    await setup(['bench']);
    expect(await npmCalls()).toBe(1);

    await put('package-lock.json', '{"changed":true}');
    await setup(['bench']);
    expect(await npmCalls()).toBe(2);
  });

  test.each([
    ['fail', 7],
    ['crash', 128 + 9],
  ])('given the command ends by %s, then so does setup, with code %i', async (how, expected) => {
    expect((await setup(['bench', how])).code).toBe(expected);
  });

  test('given the command runs, when setup gets SIGTERM, then the command gets it and its exit code counts', async () => {
    const child = start(['bench', 'wait']);
    child.stderr.resume();
    await once(child.stdout, 'data');

    child.kill('SIGTERM');

    expect(await once(child, 'exit')).toEqual([5, null]);
  });

  test('given the registry is out of reach, then it says so, and the next run installs again', async () => {
    const failed = await setup(['bench'], { NPM_SAYS: 'npm error code ENOTFOUND' });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('The npm registry cannot be reached.');

    expect((await setup(['bench'])).code).toBe(0);
    expect(await npmCalls()).toBe(2);
  });

  test('given the build fails, then its output is shown and the command does not run', async () => {
    const { code, stdout, stderr } = await setup(['bench'], { TSC_CODE: '2' });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/chatter[\s\S]*The build failed/);
  });

  test.each([[[]], [['nonsense']], [['toString']]])('given %j, then it names the commands', async (args) => {
    const { code, stderr } = await setup(args);

    expect(code).toBe(2);
    expect(stderr).toContain('demo, test, long, browser, docs, chaos, fuzz, bench');
  });
});

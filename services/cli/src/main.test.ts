import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from './program.js';
import { runCommand } from './testing/run-command.js';
import { temporaryFolders } from './testing/temporary-folder.js';

const folder = temporaryFolders();
const nowhere = { REDIS_URL: 'redis://127.0.0.1:1' };
const runId = 'run_00000000000000000000000000';

const program = () =>
  createProgram({ env: {}, signal: new AbortController().signal, finish: () => undefined });
const { commands } = program();

/** What a command says of itself, without a process for each of sixty. */
function helpOf(name: string): string {
  const said: string[] = [];
  let command = program();
  for (const word of name.split(' ')) {
    const found = command.commands.find((one) => one.name() === word);
    if (found === undefined) throw new Error(`there is no command ${name}`);
    command = found;
  }
  command.configureOutput({ writeOut: (text) => void said.push(text) });
  command.outputHelp();
  return said.join('');
}

describe('help', () => {
  it('has a line for every command', async () => {
    const { code, stdout } = await runCommand(['--help'], { cwd: folder() });
    expect(code).toBe(0);
    for (const command of commands) expect(stdout).toContain(command.name());
    expect(stdout).toContain('marketops demo');
  });

  // Commands of two words hang from the first; the group itself has only its list.
  const whole = commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands.map((one) => `${command.name()} ${one.name()}`),
  );

  it.each(['show', 'keys rotate'])('of %s is what the process says', async (name) => {
    const { code, stdout } = await runCommand([...name.split(' '), '--help'], { cwd: folder() });
    expect(code).toBe(0);
    expect(stdout).toBe(helpOf(name));
  });

  it.each(whole)('of %s teaches with an example and its exit codes', (name) => {
    const stdout = helpOf(name);
    expect(stdout).toContain('Examples:');
    expect(stdout).toMatch(new RegExp(`marketops ${name}\\b`));
    expect(stdout).toMatch(/Exit codes:\n {2}0 {2}/);
    const codes = [...stdout.matchAll(/^ {2}(\d) {2}/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(stdout).toContain('--json');
    expect(stdout).toContain('--config');
  });

  it('is what one gets who says nothing', async () => {
    expect(await runCommand([], { cwd: folder() })).toMatchObject({ code: 2 });
  });
});

describe('exit codes', () => {
  let cwd = '';
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'marketops-cli-'));
    await runCommand(['init'], { cwd });
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  const plan = (text: string): string => {
    const path = join(cwd, 'releases', 'plan.yml');
    writeFileSync(path, text);
    return path;
  };
  const good =
    'tenant_id: acme\nrepository: acme/widgets\noperations:\n  - {id: t, kind: tag_repo, tag_name: v1}\n';

  it.each([
    ['an unknown command', ['publish'], 'usage_invalid'],
    ['a misspelt command', ['timelin', runId], 'usage_invalid'],
    ['a group of commands without one of them', ['policy'], 'usage_invalid'],
    ['a misspelt command of a group', ['policy', 'chek'], 'usage_invalid'],
    ['an unknown option', ['runs', '--colour'], 'usage_invalid'],
    ['a missing argument', ['show'], 'usage_invalid'],
    ['one argument too many', ['runs', 'x'], 'usage_invalid'],
    ['a run id that is none', ['show', '../../etc/passwd'], 'usage_invalid'],
    ['a number that is none', ['runs', '--limit', '-1'], 'usage_invalid'],
    ['a receipt id that is none', ['receipt', 'show', 'rcp_1'], 'usage_invalid'],
    ['a state of receipts that is none', ['receipts', '--state', 'used'], 'usage_invalid'],
    ['a page of receipts that is none', ['receipts', '--after', '../x'], 'usage_invalid'],
    ['a freeze without a reason', ['freeze'], 'usage_invalid'],
    [
      'a freeze of a repository that is none',
      ['freeze', '--repository', 'x', '--reason', 'y'],
      'usage_invalid',
    ],
    ['a cancel without a reason', ['cancel', runId], 'usage_invalid'],
    ['a cancel with an empty reason', ['cancel', runId, '--reason', ' '], 'usage_invalid'],
    ['a configuration that is not there', ['runs', '--config', 'nope.yml'], 'config_missing'],
    ['a plan that is not there', ['submit', 'nope.yml'], 'request_malformed'],
    ['a plan that is a folder', ['submit', 'releases'], 'request_malformed'],
    ['mode PROD', ['submit', 'releases/plan.yml', '--mode', 'PROD'], 'mode_invalid'],
    [
      'an unknown principal',
      ['submit', 'releases/plan.yml', '--principal', 'nobody'],
      'principal_not_allowed',
    ],
    [
      'a principal called constructor',
      ['submit', 'releases/plan.yml', '--principal', 'constructor'],
      'principal_not_allowed',
    ],
    [
      'an idempotency key with a space',
      ['submit', 'releases/plan.yml', '--idempotency-key', 'a b'],
      'usage_invalid',
    ],
  ])('2 for %s', async (_what, args, fault) => {
    plan(good);
    const { code, stdout, stderr } = await runCommand([...args, '--json'], { cwd, env: nowhere });
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ error: { code: fault } });
    expect(told.error.next).not.toBe('');
    expect(stderr).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    ['what is neither YAML nor JSON', 'a: [1, 2\n', 'request_malformed'],
    ['duplicate keys', `${good}tenant_id: other\n`, 'request_malformed'],
    ['unknown keys', `${good}colour: red\n`, 'request_invalid'],
    ['mode PROD in the file', `${good}mode: PROD\n`, 'mode_invalid'],
    ['more than a megabyte', `${good}#${'x'.repeat(1_048_576)}\n`, 'request_too_large'],
    ['a title of almost a megabyte', good.replace('v1', 'x'.repeat(1_000_000)), 'request_invalid'],
    ['a tenant the principal may not speak for', good.replace('acme\n', 'other\n'), 'principal_not_allowed'],
    ['nothing at all', '', 'request_invalid'],
    ['a NUL', '\u0000', 'request_invalid'],
  ])('2 for a plan of %s', async (_what, text, fault) => {
    const { code, stdout } = await runCommand(['submit', plan(text), '--json'], { cwd, env: nowhere });
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: fault } });
    expect(code).toBe(2);
  });

  it('3 for a run that is not there', async () => {
    const { code, stderr } = await runCommand(['show', runId], { cwd, env: nowhere });
    expect(code).toBe(3);
    expect(stderr).toContain('run_not_found');
  });

  it('3 for a ledger that is not there', async () => {
    expect((await runCommand(['verify'], { cwd, env: nowhere })).code).toBe(3);
  });

  it('5 where Redis does not answer', async () => {
    const submitted = await runCommand(['submit', plan(good)], { cwd, env: nowhere });
    expect(submitted.code).toBe(5);
    expect(submitted.stdout).toBe('');
    expect((await runCommand(['doctor'], { cwd, env: nowhere })).code).toBe(5);
  });

  it('never shows a password that stands in REDIS_URL', async () => {
    const env = { REDIS_URL: 'redis://user:hunter2@127.0.0.1:1/0?password=hunter2' };
    const { stdout, stderr } = await runCommand(['doctor'], { cwd, env });
    expect(stdout + stderr).not.toContain('hunter2');
  });

  it('0 for what the ledger has, without Redis', async () => {
    const { code, stdout } = await runCommand(['runs', '--json'], { cwd, env: nowhere });
    expect(JSON.parse(stdout)).toEqual({ redis: 'not reachable', runs: [] });
    expect(code).toBe(0);
  });
});

describe('faults', () => {
  it('are told as what happened, the code and what to do, on standard error', async () => {
    const { stdout, stderr } = await runCommand(['runs'], { cwd: folder() });
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^error {2}.*marketops\.yml cannot be read\n code {2}config_missing\n next {2}.+\n$/,
    );
  });

  it('name line and column of what is wrong in a plan', async () => {
    const cwd = folder();
    await runCommand(['init'], { cwd });
    writeFileSync(join(cwd, 'plan.yml'), 'tenant_id: acme\nmode: Prod\noperations: []\n');
    const { stderr } = await runCommand(['submit', 'plan.yml'], { cwd, env: nowhere });
    expect(stderr).toContain('2:7  mode  mode must be exactly "dry_run" or "prod", got "Prod"');
    expect(stderr).toContain('3:13  operations');
  });

  it('do not let a plan write to the terminal', async () => {
    const cwd = folder();
    await runCommand(['init'], { cwd });
    writeFileSync(join(cwd, 'plan.yml'), 'tenant_id: acme\n"\\e]0;owned\\a\\e[2Jx": 1\n');
    const { stderr } = await runCommand(['submit', 'plan.yml'], { cwd, env: nowhere });
    const controls = [...stderr].filter((character) => character < ' ' && character !== '\n');
    expect(controls).toEqual([]);
    expect(stderr).toContain('x  is not a key');
  });
});

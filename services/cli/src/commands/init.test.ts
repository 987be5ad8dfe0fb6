import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicyDirectory } from '@marketops/policy/node';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('marketops init', () => {
  it('writes keys that their owner alone can read, a folder per service', async () => {
    const cwd = folder();
    const { code, stdout } = await runCommand(['init'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('one user can read all of these keys');
    const keys = join(cwd, '.marketops', 'keys');
    const services = ['console', 'federation', 'ledger', 'planner', 'publisher'];
    // For the other two only what they come to Redis with.
    expect(readdirSync(keys).sort()).toEqual(['admin', ...services, 'plans-local'].sort());
    expect(modeOf(keys)).toBe('700');
    for (const service of readdirSync(keys)) {
      expect(modeOf(join(keys, service))).toBe('700');
      for (const name of readdirSync(join(keys, service))) {
        expect(modeOf(join(keys, service, name)), name).toBe('600');
        // Nothing private is ever shown.
        const text = readFileSync(join(keys, service, name), 'utf8');
        const { private_key: key, secret } = name.endsWith('.json')
          ? JSON.parse(text)
          : { secret: text.trim() };
        expect(stdout).not.toContain(key ?? secret);
      }
    }
    expect(readFileSync(join(cwd, '.marketops', '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('overwrites nothing', async () => {
    const cwd = folder();
    await runCommand(['init'], { cwd });
    const before = readFileSync(join(cwd, '.marketops/keys/publisher/actor.json'), 'utf8');
    const { code, stderr } = await runCommand(['init'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('config_exists');
    expect(stderr).toContain('is there already');
    expect(readFileSync(join(cwd, '.marketops/keys/publisher/actor.json'), 'utf8')).toBe(before);
  });

  it('leaves a marketops.yml of somebody’s own alone', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'marketops.yml'), 'mine: true\n');
    expect((await runCommand(['init'], { cwd })).code).toBe(2);
    expect(readFileSync(join(cwd, 'marketops.yml'), 'utf8')).toBe('mine: true\n');
    expect(readdirSync(cwd)).toEqual(['marketops.yml']);
  });

  it('takes accounts from repositories, and says what it wrote', async () => {
    const cwd = folder();
    const args = ['init', '--dir', 'ops', '--repo', 'octo/app', 'octo/site', '--mode', 'dry_run', '--json'];
    const { code, stdout } = await runCommand(args, { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ accounts: ['octo'], tenant: 'octo', principal: 'local' });
    const text = readFileSync(join(cwd, 'ops', 'marketops.yml'), 'utf8');
    expect(text).toContain('modes: [dry_run]');
    expect(text).toContain('policies: policies');
    const policies = loadPolicyDirectory(join(cwd, 'ops', 'policies'));
    expect(policies.policies.map(({ id }) => id)).toEqual([
      'tags',
      'releases',
      'pull-requests',
      'release-assets',
    ]);
    expect(policies.policies[0]?.text).toContain('["octo/app", "octo/site"]');
  });

  it.each([
    ['a repository ..', ['--repo', 'acme/..'], 'request_invalid'],
    ['an environment with spaces', ['--environment', 'my env'], 'request_invalid'],
    ['mode PROD', ['--mode', 'PROD'], 'mode_invalid'],
  ])('refuses %s, and writes nothing', async (_what, args, fault) => {
    const cwd = folder();
    const { code, stdout } = await runCommand(['init', ...args, '--json'], { cwd });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: fault } });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();
const nowhere = { REDIS_URL: 'redis://127.0.0.1:1' };

/** A folder as init writes it, with a copy of its policies as `proposed`. */
async function initialized(): Promise<string> {
  const cwd = folder();
  await runCommand(['init', '--repo', 'acme/widgets'], { cwd });
  cpSync(join(cwd, 'policies'), join(cwd, 'proposed'), { recursive: true });
  return cwd;
}

async function json(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await runCommand(['policy', ...args, '--json'], { cwd, env: nowhere });
  expect(stderr).toBe('');
  return { code, told: JSON.parse(stdout) };
}

describe('marketops policy check', () => {
  it('given what init wrote, then it lists the policies with their digest', async () => {
    const { code, told } = await json(await initialized(), 'check');
    expect(code).toBe(0);
    expect(told.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(told.policies).toHaveLength(4);
    expect(told.policies[0]).toMatchObject({
      id: 'tags',
      effect: 'permit',
      kinds: ['tag_repo'],
      file: 'repositories.cedar',
      line: 5,
    });
  });

  it('given a folder, then it needs no marketops.yml', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'a.cedar'), '@id("all") permit (principal, action, resource);');
    const { code, told } = await json(cwd, 'check', '.');
    expect(code).toBe(0);
    expect(told.policies).toMatchObject([{ id: 'all' }]);
  });

  it('given faults, then 2, with file, line and column of each', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'a.cedar'),
      '\npermit (principal, action, resource);\nforbid (principal, action, resource);',
    );
    const { code, told } = await json(cwd, 'check', '.');
    expect(code).toBe(2);
    expect(told.error).toMatchObject({
      code: 'policy_annotation_invalid',
      faults: [
        { path: 'a.cedar', line: 2, column: 1 },
        { path: 'a.cedar', line: 3 },
        { path: 'a.cedar', line: 3 },
        { path: 'a.cedar', line: 3 },
      ],
    });
  });

  it('given names that there are not, then a hole is refused with those there are, and a doubt is told', async () => {
    const cwd = await initialized();
    const file = join(cwd, 'proposed/names.cedar');
    writeFileSync(file, '@id("x") permit (principal == Principal::"cl", action, resource);');
    const doubted = await json(cwd, 'check', 'proposed');
    expect([doubted.code, doubted.told.names_checked]).toEqual([0, true]);
    expect(doubted.told.doubts).toMatchObject([{ path: 'names.cedar', policy: 'x', line: 1 }]);
    writeFileSync(
      file,
      '@id("x") @reason("r") @remedy("m")\nforbid (principal == Principal::"cl", action, resource);',
    );
    const refused = await json(cwd, 'check', 'proposed');
    expect([refused.code, refused.told.error.code]).toEqual([2, 'policy_name_unknown']);
    expect(refused.told.error.faults).toMatchObject([{ path: 'names.cedar', policy: 'x', line: 2 }]);
    expect(refused.told.error.message).toMatch(/there is no principal "cl"; there (is|are) "/);
  });

  it('given a policy that writes to the terminal, then it does not', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'a.cedar'),
      'permit (principal, action, resource) when { "\u001b]0;owned\u0007" };',
    );
    const { code, stdout, stderr } = await runCommand(['policy', 'check', '.'], { cwd });
    expect(code).toBe(2);
    expect([...(stdout + stderr)].filter((one) => one < ' ' && one !== '\n')).toEqual([]);
  });
});

describe('marketops policy test', () => {
  it('given the cases of init, then they hold', async () => {
    const { code, told } = await json(await initialized(), 'test');
    expect(code).toBe(0);
    expect(told).toMatchObject({ failed: 0, policies_without_a_case: [] });
    expect(told.cases).toHaveLength(8);
  });

  it('given a case that comes out otherwise, then 1, with what it is and why', async () => {
    const cwd = await initialized();
    const table = join(cwd, 'proposed/repositories.test.yml');
    writeFileSync(table, readFileSync(table, 'utf8').replace('expect: deny', 'expect: allow'));
    const { code, told } = await json(cwd, 'test', 'proposed');
    expect(code).toBe(1);
    expect(told.failed).toBe(1);
    expect(told.cases.find(({ holds }: { holds: boolean }) => !holds)).toMatchObject({
      name: 'tag_repo elsewhere',
      line: 6,
      expected: { outcome: 'allow' },
      actual: { outcome: 'deny', by: [] },
      reasons: [{ code: 'repository_not_allowed' }],
    });
  });

  it('given a table that is none, then 2, with the place', async () => {
    const cwd = await initialized();
    writeFileSync(join(cwd, 'policies/x.test.yml'), 'cases:\n  - nam: x\n');
    const { code, told } = await json(cwd, 'test');
    expect(code).toBe(2);
    expect(told.error).toMatchObject({
      code: 'policy_test_invalid',
      faults: [{ path: 'x.test.yml', line: 2 }, {}, {}, {}],
    });
  });
});

describe('marketops policy diff', () => {
  const change = (cwd: string): void => {
    const file = join(cwd, 'proposed/repositories.cedar');
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text
        .replace('@id("tags")', '@id("versions")')
        .replaceAll('["acme/widgets"].contains(resource.full_name)', 'resource.full_name like "nobody/*"'),
    );
  };

  it('given another folder, then policies and decisions that change, and what is in force is not known without Redis', async () => {
    const cwd = await initialized();
    change(cwd);
    const { code, told } = await json(cwd, 'diff', 'proposed');
    expect(code).toBe(0);
    expect(told.from.digest_in_force).toBeNull();
    expect(told.added.map(({ id }: { id: string }) => id)).toEqual(['versions']);
    expect(told.removed.map(({ id }: { id: string }) => id)).toEqual(['tags']);
    const changed = ['releases', 'pull-requests', 'release-assets'];
    expect(told.changed.map(({ id }: { id: string }) => id)).toEqual(changed);
    expect(told.cases).toBe(8);
    expect(told.decisions).toHaveLength(8);
    expect(told.decisions[0]).toMatchObject({
      name: 'tag_repo on acme/widgets',
      before: { outcome: 'allow', by: ['tags'] },
      after: { outcome: 'deny', by: [] },
    });
  });

  it('given --exit-code, then 1 where anything differs, and 0 where nothing does', async () => {
    const cwd = await initialized();
    expect((await json(cwd, 'diff', 'policies', 'proposed', '--exit-code')).code).toBe(0);
    change(cwd);
    expect((await json(cwd, 'diff', 'policies', 'proposed', '--exit-code')).code).toBe(1);
  });
});

describe('marketops policy explain', () => {
  it.each([
    ['a run that is not there', ['explain', `run_${'0'.repeat(26)}`], 3, 'run_not_found'],
    ['a run id that is none', ['explain', 'x'], 2, 'usage_invalid'],
  ])('given %s, then %s', async (_what, args, code, fault) => {
    const answer = await json(await initialized(), ...args);
    expect(answer).toMatchObject({ code, told: { error: { code: fault } } });
  });
});

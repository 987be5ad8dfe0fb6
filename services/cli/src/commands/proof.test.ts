import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();
const runId = `run_${'a'.repeat(26)}`;
let cwd: string;
beforeEach(async () => {
  cwd = folder();
  expect((await runCommand(['init'], { cwd })).code).toBe(0);
});
const asked = async (...args: readonly string[]) => {
  const { code, stdout } = await runCommand([...args, '--json'], { cwd });
  return { code, said: JSON.parse(stdout) as unknown };
};

describe('marketops proof', () => {
  it('given no ledger, or what is no run, then it says so and writes nothing', async () => {
    expect(await asked('proof', runId, '--output', 'x.json')).toMatchObject({
      ...{ code: 3, said: { error: { code: 'ledger_missing' } } },
    });
    expect(await asked('proof', 'nonsense')).toMatchObject({
      ...{ code: 2, said: { error: { code: 'usage_invalid' } } },
    });
    expect(() => readFileSync(join(cwd, 'x.json'))).toThrow();
  });
});

describe('marketops proof verify', () => {
  it('L3: given what is no bundle, then the law and what to do are told, whatever the bytes', async () => {
    for (const bytes of ['', '{}\n']) {
      writeFileSync(join(cwd, 'x.json'), bytes);
      expect(await asked('proof', 'verify', 'x.json')).toMatchObject({
        ...{ code: 1, said: { holds: false, fault: { code: 'bundle_malformed', law: 'L3' } } },
      });
    }
  });

  it('given a keyring, then no marketops.yml is needed; given none, or no file, then it is refused', async () => {
    const elsewhere = folder();
    writeFileSync(join(elsewhere, 'x.json'), '{}\n');
    const keyring = join(cwd, '.marketops/keyring.json');
    const run = (...args: readonly string[]) =>
      runCommand(['proof', 'verify', 'x.json', ...args], { cwd: elsewhere });
    expect(await run('--keyring', keyring)).toMatchObject({ code: 1 });
    expect(await run()).toMatchObject({ code: 2 });
    expect(await run('--keyring', 'x.json')).toMatchObject({ code: 2 });
    mkdirSync(join(cwd, 'folder'));
    for (const path of ['folder', '/dev/zero'])
      expect(await asked('proof', 'verify', path)).toMatchObject({
        ...{ code: 2, said: { error: { code: 'usage_invalid' } } },
      });
  });
});

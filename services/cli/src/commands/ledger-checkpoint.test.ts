import { expect, it } from 'vitest';
import { checkpointName } from '../actions/ledger-checkpoint.js';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();

it('marketops ledger checkpoint: given no checkpoint yet, or what names no release, then it says so', async () => {
  const cwd = folder();
  expect((await runCommand(['init'], { cwd })).code).toBe(0);
  const asked = async (...args: readonly string[]) => {
    const { code, stdout } = await runCommand(['ledger', 'checkpoint', ...args, '--json'], { cwd });
    return { code, said: JSON.parse(stdout) as unknown };
  };
  expect(await asked()).toMatchObject({ code: 3, said: { error: { code: 'proof_not_ready' } } });
  for (const target of ['acme/widgets', 'widgets@v1', 'acme/widgets@'])
    expect(await asked('--attach', target)).toMatchObject({
      ...{ code: 2, said: { error: { code: 'usage_invalid' } } },
    });
});

it.each([
  ['marketops.local/Local', 35, 'checkpoint-marketops-local-local-35.txt'],
  ['log.example/a--b/', 0, 'checkpoint-log-example-a-b-0.txt'],
  ['x'.repeat(300), 7, `checkpoint-${'x'.repeat(100)}-7.txt`],
])('a checkpoint of %s with %i entries is called what GitHub does not rename', (origin, size, name) => {
  expect(checkpointName(origin, size)).toBe(name);
});

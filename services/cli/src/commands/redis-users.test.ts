import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();

it('given a principal came and a password went, then the ACL file and the passwords follow, and nothing else changes', async () => {
  const cwd = folder();
  await runCommand(['init'], { cwd });
  const password = (user: string): string =>
    readFileSync(join(cwd, '.marketops/keys', user, 'redis-password'), 'utf8');
  const [planner, ledger] = [password('planner'), password('ledger')];
  const config = join(cwd, 'marketops.yml');
  writeFileSync(
    config,
    readFileSync(config, 'utf8').replace(
      /^principals:$/m,
      'principals:\n  ci: { tenants: [acme], modes: [dry_run] }',
    ),
  );
  rmSync(join(cwd, '.marketops/keys/ledger/redis-password'));

  const { code, stdout } = await runCommand(['redis-users', '--json'], { cwd });

  expect(code).toBe(0);
  const { acl_file: path, users } = JSON.parse(stdout);
  const services = ['planner', 'federation', 'publisher', 'ledger', 'console'];
  expect(users).toEqual(['admin', ...services, 'plans-ci', 'plans-local']);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain('user plans-ci reset on #');
  expect(password('planner')).toBe(planner);
  expect(password('ledger')).not.toBe(ledger);
  expect(stdout).not.toContain(password('plans-ci').trim());
});

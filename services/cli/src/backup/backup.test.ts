import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@marketops/engine';
import { expect, it } from 'vitest';
import { startSystem } from '../processes/system.js';
import { temporaryFolders } from '../testing/temporary-folder.js';
import { makeBackup } from './make-backup.js';
import { restoreBackup } from './restore-backup.js';

const folder = temporaryFolders();

it('L2: a backup of a ledger that runs is put back where all is lost, and not where it was changed', async () => {
  const [dir, to] = [folder(), folder()];
  const system = await startSystem({
    dir,
    restartCrashed: false,
    allowNonDurableRedis: true,
    services: ['ledger'],
  });
  const loaded = loadConfig(join(dir, 'marketops.yml'), {});
  const options = { withKeys: false, withBlobKeys: false, dropErased: false };
  await expect
    .poll(() => makeBackup(loaded, to, options).catch(() => undefined), { timeout: 20_000 })
    .toMatchObject({ manifest: { last_sequence: expect.any(Number) } })
    .finally(() => system.stop());

  const place = { configPath: loaded.configPath, dataDir: loaded.dataDir };
  // What stands there says that this very process writes.
  const lock = join(loaded.dataDir, 'ledger', 'lock');
  writeFileSync(lock, JSON.stringify({ host: hostname(), pid: process.pid }));
  await expect(restoreBackup(to, place)).rejects.toMatchObject({ code: 'restore_refused' });
  rmSync(loaded.dataDir, { recursive: true });
  const { manifest, hasKeys } = await restoreBackup(to, place);
  expect([manifest.last_sequence > 0, hasKeys]).toEqual([true, false]);

  rmSync(loaded.dataDir, { recursive: true });
  const journal = join(to, 'data', 'ledger', 'journal');
  const path = join(journal, readdirSync(journal)[0] ?? '');
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = 0;
  writeFileSync(path, bytes);
  await expect(restoreBackup(to, place)).rejects.toMatchObject({ code: 'backup_invalid' });
  expect(existsSync(loaded.dataDir)).toBe(false);
});

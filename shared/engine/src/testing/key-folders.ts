import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '@marketops/contracts';
import { initialize } from '../config/init.js';
import { keyringPath } from '../config/keyring-file.js';
import { testConfig } from './engine.js';

/** A system's folder as `marketops init` makes it, with real keys, for one test. */
export interface KeyFolders {
  readonly dataDir: string;
  readonly keyring: string;
  of(service: Actor): string;
  remove(): void;
}

export function keyFolders(now: Date): KeyFolders {
  const root = mkdtempSync(join(tmpdir(), 'marketops-keys-'));
  const { dataDir } = initialize({ configPath: join(root, 'marketops.yml'), config: testConfig, now });
  return {
    dataDir,
    keyring: keyringPath(dataDir),
    of: (service) => join(dataDir, 'keys', service),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

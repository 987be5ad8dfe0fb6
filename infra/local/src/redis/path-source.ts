import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LocalError } from '../local-error.js';
import { probeServer, type RedisServer } from './redis-server.js';

const NAMES = ['redis-server', 'valkey-server'] as const;

/** A server that is installed on this machine. */
export async function findOnPath(env: NodeJS.ProcessEnv): Promise<RedisServer> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of NAMES) {
    for (const folder of folders) {
      const command = join(folder, name);
      if (await isExecutable(command)) return probeServer({ command, source: 'path' });
    }
  }
  throw new LocalError('redis_source_missing', `Neither ${NAMES.join(' nor ')} is on PATH.`, {
    next: 'Install Redis or Valkey, or set REDIS_URL.',
  });
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

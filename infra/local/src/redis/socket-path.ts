import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** macOS allows 103 bytes and a NUL in `sun_path`, Linux 107. */
const SOCKET_BYTES_MAX = 103;

const FOLDER_PREFIX = join(tmpdir(), 'marketops-');

/**
 * Where the server listens: `wanted`, else inside the data directory, else (the kernel limits the length of socket
 * paths) in a fresh private folder with a short name.
 */
export async function placeSocket(dataDir: string, wanted?: string): Promise<string> {
  const path = wanted ?? join(dataDir, 'redis.sock');
  if (Buffer.byteLength(path) > SOCKET_BYTES_MAX) return join(await mkdtemp(FOLDER_PREFIX), 'redis.sock');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return path;
}

/** Removes a socket nobody listens on any more, and the folder that was made for it alone. */
export async function removeSocket(path: string): Promise<void> {
  await rm(path, { force: true });
  if (path.startsWith(FOLDER_PREFIX)) await rmdir(dirname(path)).catch(() => {});
}

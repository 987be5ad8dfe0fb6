import { LocalError } from '../local-error.js';
import { plainEnvironment } from '../plain-environment.js';
import { runChild } from './child.js';
import { isOlder, REDIS_VERSION_MIN } from './readiness.js';

/** A program that speaks Redis, found on this machine and tried. */
export interface RedisServer {
  readonly command: string;
  /** Colon-separated folders of its shared libraries, when they are not the system's. */
  readonly libraryPath?: string;
  readonly version: string;
  readonly source: 'path' | 'debian';
}

const PROBE_LIMIT_MS = 10_000;

/** The environment a server runs in: its libraries, and nothing of ours that it does not need. */
export function serverEnvironment(
  server: Pick<RedisServer, 'libraryPath'>,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const plain = plainEnvironment(env);
  return server.libraryPath ? { ...plain, LD_LIBRARY_PATH: server.libraryPath } : plain;
}

/** Runs `--version`: proves that the program starts with its libraries, and that it is new enough. */
export async function probeServer(candidate: Omit<RedisServer, 'version'>): Promise<RedisServer> {
  const said = await runChild(candidate.command, ['--version'], {
    limit_ms: PROBE_LIMIT_MS,
    env: serverEnvironment(candidate),
  });
  const version = /v=(\d+\.\d+\.\d+)/.exec(said)?.[1] ?? '0.0.0';
  if (isOlder(version, REDIS_VERSION_MIN)) {
    throw new LocalError(
      'redis_too_old',
      `${candidate.command} is version ${version}; ${REDIS_VERSION_MIN} is needed.`,
      { next: 'Install a newer Redis or Valkey, or set REDIS_URL.' },
    );
  }
  return { ...candidate, version };
}

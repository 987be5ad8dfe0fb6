import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LocalError, reasonOf } from '../local-error.js';
import { armWatchdog } from '../watchdog.js';
import { endChild, exited } from './child.js';
import { lockData, START_LIMIT_MS } from './data-lock.js';
import { waitUntilReady } from './readiness.js';
import { type RedisServer, serverEnvironment } from './redis-server.js';
import { placeSocket, removeSocket } from './socket-path.js';

/** `none` keeps nothing on disk; `everysec` may lose the last second in a crash; `always` syncs before it answers. */
export type Durability = 'none' | 'everysec' | 'always';

export interface PrivateRedisOptions {
  /** Made when missing. Holds the append-only file, the server's log and the lock. */
  readonly dataDir: string;
  readonly durability?: Durability;
  /** The socket of an earlier life, so that clients find the server again. */
  readonly socket?: string;
  /** Users of its own: then nobody comes in without a password, and this process comes as the one named here. */
  readonly users?: ServerUsers;
  /** Further arguments for the server, such as `['--maxmemory', '64mb']`. */
  readonly args?: readonly string[];
}

/** The users of a server, from Redis 7 on (before, a user could not be told what it may do with which key). */
export interface ServerUsers {
  /** The file for `aclfile`. */
  readonly aclFile: string;
  /** Of a user in that file who may do everything. */
  readonly admin: { readonly username: string; readonly password: string };
}

/** How a server ended: by itself with a code, or by a signal. */
export interface ServerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running server of our own, reachable by its socket only. */
export interface PrivateRedis {
  /** With the credentials of `admin` where it has users. */
  readonly url: string;
  readonly socket: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly version: string;
  /** Resolves when the server has ended, for whatever reason, and its data directory is free again. Never rejects. */
  readonly ended: Promise<ServerEnd>;
  /** Ends it in an orderly way: what was acknowledged is on disk. */
  stop(): Promise<void>;
  /** Ends it as a crash or a power cut would. Start it again over the same `dataDir` and `socket`. */
  crash(): Promise<void>;
}

/**
 * Starts `server` over `dataDir`, and waits until it answers PING. It has no TCP port. It does not get Ctrl-C, so its
 * clients can finish first, and it ends when this process ends, even by SIGKILL.
 */
export async function startPrivateRedis(
  server: RedisServer,
  options: PrivateRedisOptions,
): Promise<PrivateRedis> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const socket = await placeSocket(dataDir, options.socket);
  const unlock = await lockData(dataDir, socket);
  const logFile = join(dataDir, 'redis.log');
  const child = await launch(server, serverArguments(dataDir, socket, options), logFile).catch(
    async (error: unknown) => {
      await unlock();
      throw startFailed(server, dataDir, reasonOf(error), error);
    },
  );
  const watchdog = armWatchdog(child.pid);
  const ended = exited(child.process).then(async (): Promise<ServerEnd> => {
    watchdog.disarm();
    // What cannot be tidied up now is told by the next start over this folder.
    await removeSocket(socket).catch(() => {});
    await unlock().catch(() => {});
    return { code: child.process.exitCode, signal: child.process.signalCode };
  });
  const stop = async () => {
    await endChild(child.process);
    await ended;
  };
  try {
    const url = urlOf(socket, options.users);
    const facts = await waitUntilReady(url, START_LIMIT_MS, () => {
      if (child.process.exitCode !== null || child.process.signalCode !== null)
        throw new Error('it has exited');
    });
    const crash = async () => {
      child.process.ref();
      child.process.kill('SIGKILL');
      await ended;
    };
    const { version } = facts;
    return { url, socket, pid: child.pid, dataDir, version, ended, stop, crash };
  } catch (error) {
    await stop();
    throw startFailed(server, dataDir, await lastLines(logFile), error);
  }
}

const urlOf = (socket: string, users: ServerUsers | undefined): string =>
  users === undefined ? socket : `${socket}?${new URLSearchParams(users.admin)}`;

/**
 * A log that is rewritten at every doubling from 64 MB on, and compressed each time, is rewritten every few seconds by a
 * busy engine: a tenth of two cores went into the copies. The price is disk, and a start that reads up to this much.
 */
const calmRewrites = ['--auto-aof-rewrite-min-size', '512mb', '--rdbcompression', 'no'] as const;

function serverArguments(dataDir: string, socket: string, options: PrivateRedisOptions): string[] {
  const durability = options.durability ?? 'everysec';
  const durable = durability !== 'none';
  return [
    ...['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700'],
    ...['--dir', dataDir, '--save', '', '--daemonize', 'no', '--maxmemory-policy', 'noeviction'],
    ...(durable
      ? ['--appendonly', 'yes', '--appendfsync', durability, ...calmRewrites]
      : ['--appendonly', 'no']),
    ...(options.users === undefined ? [] : ['--aclfile', options.users.aclFile]),
    ...(options.args ?? []),
  ];
}

/** The log holds this start only. A file, not a pipe: a pipe would break when this process dies before the server. */
async function launch(
  server: RedisServer,
  args: readonly string[],
  logFile: string,
): Promise<{ process: ChildProcess; pid: number }> {
  const log = await open(logFile, 'w', 0o600);
  try {
    const child = spawn(server.command, args, {
      stdio: ['ignore', log.fd, log.fd],
      env: serverEnvironment(server),
      detached: true,
    });
    const { pid } = child;
    if (pid === undefined) throw await new Promise<unknown>((fail) => child.once('error', fail));
    child.on('error', () => {});
    child.unref();
    return { process: child, pid };
  } finally {
    await log.close();
  }
}

const LOG_LINES_SHOWN = 5;

async function lastLines(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n');
  return lines.slice(-LOG_LINES_SHOWN).join(' | ');
}

function startFailed(server: RedisServer, dataDir: string, why: string, cause: unknown): LocalError {
  return new LocalError('redis_start_failed', `${server.command} did not start over ${dataDir}: ${why}`, {
    next: `Read ${join(dataDir, 'redis.log')}. If its data is damaged, redis-check-aof repairs it; or use a fresh directory.`,
    cause,
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { RedisServer } from '@marketops/local';
import { type Compose, containerOf, root } from './compose.js';

export interface RunningRedis {
  readonly port: number;
  readonly child: ChildProcess;
  /** SIGTERM, as `docker compose stop` sends it. @returns the exit code */
  stop(): Promise<number | null>;
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new RangeError('no port');
  return address.port;
}

/**
 * Redis as the container starts it: the command's own words, with what is mounted in its place. Only the port and the address
 * are others: this machine is not the container's.
 */
export async function startComposeRedis(
  server: RedisServer,
  compose: Compose,
  port: number,
): Promise<RunningRedis> {
  const { command = [], volumes } = containerOf(compose, 'redis');
  const at = (target: string): string => {
    const source = volumes.find((mount) => mount.target === target)?.source ?? '';
    return source.startsWith('./') ? `${root}${source.slice(2)}` : source;
  };
  const [program, ...words] = command.map((word) => (word.startsWith('/') ? at(word) : word));
  if (program !== 'redis-server') throw new RangeError(`the container of Redis runs ${program}`);
  const args = [...words, '--port', String(port), '--bind', '127.0.0.1'];
  return started(server, args, port);
}

/** Resolves when it takes connections, with its data read. */
export async function started(
  server: RedisServer,
  args: readonly string[],
  port: number,
): Promise<RunningRedis> {
  const env = server.libraryPath === undefined ? {} : { LD_LIBRARY_PATH: server.libraryPath };
  const said: string[] = [];
  const child = spawn(server.command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      if (/Ready to accept connections/.test(line)) resolve();
    });
    void ended.then((code) => reject(new Error(`Redis ended with ${code}:\n${said.join('\n')}`)));
  });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { port, child, stop };
}

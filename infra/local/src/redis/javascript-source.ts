import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { LocalError, reasonOf } from '../local-error.js';
import { plainEnvironment } from '../plain-environment.js';
import { endChild, exited } from './child.js';
import type { RedisChange } from './kept-redis.js';
import type { ProvidedRedis } from './provided-redis.js';
import { waitUntilReady } from './readiness.js';

/** The same relative place from `src/redis` and from `dist/redis`. */
const PROGRAM = fileURLToPath(new URL('../../javascript-redis.mjs', import.meta.url));
const START_LIMIT_MS = 20_000;
const STDERR_CHARS_MAX = 600;

export interface JavaScriptRedisOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly allowNonDurable: boolean;
  /** Told where it ends by itself. Nothing starts it again: it would come back without its data. */
  readonly keepAlive?: (change: RedisChange) => void;
}

/**
 * js-redis-server 0.3.0: JavaScript and WASM, on 127.0.0.1. It speaks enough Redis for BullMQ and our scripts, is slow,
 * has no ACL, and keeps its data in memory alone. So it is refused unless the caller says that this is acceptable.
 */
export async function provideJavaScriptRedis(options: JavaScriptRedisOptions): Promise<ProvidedRedis> {
  if (!options.allowNonDurable) {
    throw new LocalError('redis_not_durable', 'The JavaScript Redis loses all data when it ends.', {
      next: 'Set REDIS_URL or install redis-server or valkey-server; or allow a Redis without durability.',
    });
  }
  const child = spawn(process.execPath, [PROGRAM], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: plainEnvironment(options.env),
    // Like the real server, it must outlive Ctrl-C until its clients are done.
    detached: true,
  });
  try {
    const url = `redis://127.0.0.1:${await firstPort(child)}`;
    await waitUntilReady(url, START_LIMIT_MS, () => {
      if (child.exitCode !== null) throw new Error('it has exited');
    });
    letGo(child);
    let stopped = false;
    const lost = exited(child).then(() => {
      const reason = `it ended with ${child.signalCode ?? `code ${child.exitCode}`}`;
      if (!stopped) options.keepAlive?.({ state: 'down', reason });
      return lostData(reason);
    });
    return {
      url,
      source: 'javascript',
      durable: false,
      ...(child.pid === undefined ? {} : { pid: child.pid }),
      ...(options.keepAlive === undefined ? {} : { lost }),
      describe: `A Redis in JavaScript at ${url}: slow, and its data is gone when it ends.`,
      stop: () => {
        stopped = true;
        return endChild(child);
      },
    };
  } catch (error) {
    if (child.pid !== undefined) await endChild(child);
    throw new LocalError('redis_start_failed', `js-redis-server did not start: ${reasonOf(error)}`, {
      next: 'Run npm install again, or set REDIS_URL.',
      cause: error,
    });
  }
}

const lostData = (reason: string) =>
  new LocalError('redis_lost', `The Redis in JavaScript is gone (${reason}), and its data with it.`, {
    next: 'Start again in a fresh folder; or install redis-server or valkey-server, which keep their data.',
  });

async function firstPort(child: ChildProcess & { stdout: Readable; stderr: Readable }): Promise<number> {
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_CHARS_MAX);
  });
  let timer: NodeJS.Timeout | undefined;
  const port = new Promise<number>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it said nothing in time')), START_LIMIT_MS);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it exited with code ${code}: ${stderr.trim()}`)));
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve((JSON.parse(line) as { port: number }).port);
    });
  });
  return port.finally(() => clearTimeout(timer));
}

/** From here on the child must not keep this process alive. Its open stdin tells it that we live. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr] as Array<Readable | Writable | null>) {
    if (stream && 'unref' in stream) (stream as unknown as { unref(): void }).unref();
  }
}

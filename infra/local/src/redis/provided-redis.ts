import type { LocalError } from '../local-error.js';

/** Where a Redis can come from, in the order they are tried. */
export const REDIS_SOURCES = ['url', 'path', 'debian', 'javascript'] as const;
export type RedisSource = (typeof REDIS_SOURCES)[number];

export type Log = (line: string) => void;

/** A Redis that answers PING. Whoever asked for it stops it. */
export interface ProvidedRedis {
  /**
   * What `new Redis(url)` of ioredis and `connection: { url }` of BullMQ accept: `redis://…`, `rediss://…`, or the
   * absolute path of a unix socket. A path, not `unix://…`, which ioredis would take for a host name.
   */
  readonly url: string;
  /** Where the server has our users: the same place without credentials, for each to come with its own. */
  readonly urlForUsers?: string;
  readonly source: RedisSource;
  /** True when the server keeps an append-only file, so that its data outlives the process. */
  readonly durable: boolean;
  /** The server's process id, when this process started it; undefined while it is down. */
  readonly pid?: number | undefined;
  /** Resolves, with why, when a Redis that was to be kept alive is given up. Absent where nobody keeps it alive. */
  readonly lost?: Promise<LocalError>;
  /** One sentence for a person. Never holds a password. */
  readonly describe: string;
  /** Ends what this call started and nothing else, and waits until it has ended. Harmless when repeated. */
  stop(): Promise<void>;
}

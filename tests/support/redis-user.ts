import { readRedisCredentials } from '@marketops/engine';
import { connectRedis, withCredentials } from '@marketops/store';
import type { Redis } from 'ioredis';

export type RedisCommand = readonly [string, ...(string | number)[]];

/** One user's connection to a Redis, for trying what it may do. */
export interface RedisUserSession {
  readonly redis: Redis;
  /** True where it was let through, false where it was refused for want of permission. */
  may(command: RedisCommand): Promise<boolean>;
  /** The same from inside a script, with no key declared. */
  mayInScript(command: RedisCommand): Promise<boolean>;
}

/** A Redis with users, and the folder whose keys hold their passwords. */
export interface RedisWithUsers {
  /** Without credentials. */
  readonly url: string;
  readonly dataDir: string;
}

/** Opens each user's session when it is first asked for. */
export function openSessions({ url, dataDir }: RedisWithUsers): {
  as(user: string): RedisUserSession;
  close(): void;
} {
  const sessions = new Map<string, RedisUserSession>();
  return {
    as(user) {
      const session =
        sessions.get(user) ?? openSession(withCredentials(url, readRedisCredentials(dataDir, user)));
      sessions.set(user, session);
      return session;
    },
    close() {
      for (const { redis } of sessions.values()) redis.disconnect();
    },
  };
}

function openSession(url: string): RedisUserSession {
  const redis = connectRedis(url);
  const may = async ([name, ...args]: RedisCommand): Promise<boolean> => {
    try {
      await redis.call(name, ...args);
      return true;
    } catch (fault) {
      if (isRefusal(fault)) return false;
      throw fault;
    }
  };
  return {
    redis,
    may,
    mayInScript: (command) => may(['EVAL', 'return redis.call(unpack(ARGV))', 0, ...command]),
  };
}

/** Of a command; in a script; of a command that no script may call. */
const refused =
  /^NOPERM |^ERR The user executing the script can't |^ERR This Redis command is not allowed from script/;
export const isRefusal = (fault: unknown): boolean => fault instanceof Error && refused.test(fault.message);

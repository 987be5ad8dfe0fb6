import { type ProvidedRedis, testRedis } from '@marketops/local';
import { connectRedis } from '@marketops/store';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { AccountLimiter } from '../limits/account-limiter.js';
import type { Connection } from '../ports/redis-script.js';
import { oneProcess } from './one-process.js';

interface Closable {
  close(): Promise<void>;
}
type ProcessArguments = Parameters<typeof oneProcess> extends [string, ...infer Rest] ? Rest : never;

/** A real Redis for all tests of a file. */
export interface UsedRedis {
  readonly url: string;
  readonly admin: Connection;
  /** Closed when the test is over. */
  kept<One extends Closable>(one: One): One;
  /** The budget of `acme` as one process has it. */
  limiter(...args: ProcessArguments): AccountLimiter;
}

/** Starts a Redis for the file that calls it, empties it before each test, and ends what a test kept after it. */
export function useRedis(): UsedRedis {
  let provided: ProvidedRedis;
  let admin: Connection;
  const open: Closable[] = [];
  beforeAll(async () => {
    provided = await testRedis();
    admin = connectRedis(provided.url);
  });
  afterAll(async () => {
    admin?.disconnect();
    await provided?.stop();
  });
  beforeEach(async () => {
    await admin.flushdb();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  const used: UsedRedis = {
    get url() {
      return provided.url;
    },
    get admin() {
      return admin;
    },
    kept(one) {
      open.push(one);
      return one;
    },
    limiter: (...args) => used.kept(oneProcess(used.url, ...args)).limiter,
  };
  return used;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { reasonOf } from '../local-error.js';
import { findRedisServer } from './provide-redis.js';
import type { RedisServer } from './redis-server.js';

/** An environment in which no Redis is to be found. */
export const NOTHING_ON_PATH: NodeJS.ProcessEnv = { PATH: '/nonexistent' };

/** A folder that is gone after the test. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'marketops-scratch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A real server program, or why there is none here: for the name of the tests that are skipped then. */
export async function serverHere(): Promise<{ server?: RedisServer; unless: string }> {
  try {
    return { server: await findRedisServer(), unless: '' };
  } catch (error) {
    return { unless: ` (skipped: ${reasonOf(error)})` };
  }
}

/** Runs until it throws, and gives back what was thrown. */
export async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

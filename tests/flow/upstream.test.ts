import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { System } from '@marketops/cli';
import { readRedisCredentials, upstreamUser } from '@marketops/engine';
import { deriveRunId } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const example = new URL('../../docs/examples/enqueue.mjs', import.meta.url).pathname;

/** Where it has users, the one of this principal. */
function asUpstream({ redis, redisUrl, loaded }: System): Record<string, string> {
  if (redis.urlForUsers === undefined) return { REDIS_URL: redisUrl };
  const { username, password } = readRedisCredentials(loaded.dataDir, upstreamUser('local'));
  return { REDIS_URL: redis.urlForUsers, REDIS_USERNAME: username, REDIS_PASSWORD: password };
}

describe('an upstream system with nothing but a BullMQ client', () => {
  let the: TemporarySystem;
  beforeAll(async () => {
    the = await temporarySystem();
  });
  afterAll(() => the.close());

  it('E2: given the example of the documentation, run twice, then there is one run and it ends', async () => {
    const env = { ...process.env, ...asUpstream(the.system) };
    for (const _ of [1, 2]) {
      const { stdout } = await promisify(execFile)(process.execPath, [example], { env, timeout: 30_000 });
      expect(stdout).toBe('enqueued widgets-v1.5.0\n');
    }
    const runId = deriveRunId(nodeCrypto, {
      principal: 'local',
      tenantId: 'acme',
      idempotencyKey: 'widgets-v1.5.0',
    });
    await the.client.ended([runId]);
    expect((await the.client.run(runId)).completed?.data.status).toBe('blocked');
  });
});

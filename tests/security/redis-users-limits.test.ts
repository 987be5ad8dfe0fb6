import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adminUser,
  limitChannel,
  limitKey,
  readRedisCredentials,
  redisAclPath,
  serviceUsers,
  upstreamUser,
  writeRedisUsers,
} from '@marketops/engine';
import { findRedisServer, type PrivateRedis, type RedisServer, startPrivateRedis } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSessions, type RedisCommand } from '../support/redis-user.js';

const [server, unless] = await findRedisServer().then(
  (found): [RedisServer | undefined, string] => [found, ''],
  (fault: unknown): [RedisServer | undefined, string] => [undefined, ` (skipped: ${String(fault)})`],
);
const budget = limitKey('acme', 'budget');
const waiting = limitKey('acme', 'waiting');

describe.skipIf(server === undefined)(`who may touch the budgets of accounts${unless}`, () => {
  let dataDir: string;
  let redis: PrivateRedis;
  let sessions: ReturnType<typeof openSessions>;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'marketops-users-'));
    writeRedisUsers(dataDir, ['local']);
    const users = { aclFile: redisAclPath(dataDir), admin: readRedisCredentials(dataDir, adminUser) };
    const options = { dataDir: join(dataDir, 'redis'), durability: 'none', users } as const;
    redis = await startPrivateRedis(server as RedisServer, options);
    sessions = openSessions({ url: redis.socket, dataDir });
  });
  afterAll(async () => {
    sessions?.close();
    await redis?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const spending: readonly RedisCommand[] = [
    ['HSET', budget, 'w1', 1],
    ['HINCRBY', budget, 'po:1', 5],
    ['ZADD', waiting, 1, 'acme|r|o'],
    ['PEXPIRE', budget, 1_000],
    ['PUBLISH', limitChannel, '{}'],
  ];
  const reads: readonly RedisCommand[] = [
    ['HGETALL', budget],
    ['ZRANGEBYSCORE', waiting, '-inf', '+inf'],
  ];

  it('the publisher spends them and says when one is to pause', async () => {
    for (const command of spending)
      expect(await sessions.as('publisher').mayInScript(command), command.join(' ')).toBe(true);
  });

  it('F4: nobody else spends them, and the publisher does not delete them', async () => {
    for (const command of spending) {
      for (const user of [...serviceUsers, upstreamUser('local')]) {
        if (user === 'publisher') continue;
        expect(await sessions.as(user).mayInScript(command), `${user}: ${command.join(' ')}`).toBe(false);
      }
    }
    expect(await sessions.as('publisher').may(['DEL', budget])).toBe(false);
  });

  it('the command reads them', async () => {
    for (const command of reads) expect(await sessions.as('console').may(command)).toBe(true);
  });

  it('F4: the planner does not read them', async () => {
    for (const command of reads) expect(await sessions.as('planner').may(command)).toBe(false);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@marketops/contracts';
import { findRedisServer, type PrivateRedis, type RedisServer, startPrivateRedis } from '@marketops/local';
import { connectRedis, type JobSpec, withCredentials } from '@marketops/store';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../clock.js';
import { HoldError, ThrottledError } from '../errors.js';
import { createLog } from '../log.js';
import { defaultTuning } from '../queue-config.js';
import { openQueues } from '../queues.js';
import { collector } from '../testing/deferred.js';
import { queueNames } from '../topology.js';
import { type IncomingJob, startWorker } from '../worker.js';
import { readRedisCredentials, redisAclPath, writeRedisUsers } from './passwords.js';

const [server, unless] = await findRedisServer().then(
  (found): [RedisServer | undefined, string] => [found, ''],
  (fault: unknown): [RedisServer | undefined, string] => [undefined, ` (skipped: ${String(fault)})`],
);
const tuning = { ...defaultTuning, attempts: 2, backoffMs: 10, holdMs: 10, lockMs: 500 };
const log = createLog('test', 'silent');
const queue = queueNames.publications('acme');

describe.skipIf(server === undefined)(`what BullMQ does${unless}`, () => {
  let dataDir: string;
  let redis: PrivateRedis;
  let admin: Redis;
  const connect = (user: string): Redis => {
    const connection = connectRedis(withCredentials(redis.socket, readRedisCredentials(dataDir, user)));
    onTestFinished(() => connection.disconnect());
    return connection;
  };
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'marketops-grants-'));
    writeRedisUsers(dataDir, []);
    const users = { aclFile: redisAclPath(dataDir), admin: readRedisCredentials(dataDir, 'admin') };
    redis = await startPrivateRedis(server as RedisServer, { dataDir, durability: 'none', users });
    admin = connectRedis(redis.url);
  });
  afterAll(async () => {
    admin?.disconnect();
    await redis?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const job = (over: Partial<JobSpec>): JobSpec => ({ queue, name: 'x', data: {}, ...over });
  const start = (process: (job: IncomingJob) => Promise<void>) => {
    const options = { queue, tuning, clock: systemClock, log, throttles: true } as const;
    return startWorker({ ...options, redis: connect('publisher'), process });
  };

  it('F4: given one service adds and another works, however the work ends, then neither is refused anything', async () => {
    const queues = openQueues(connect('federation'), tuning);
    onTestFinished(() => queues.close());
    const done = collector<string>();
    const turns = new Map<string, number>();
    const faults: Readonly<Record<string, () => Error>> = {
      transient: () => new Fault('test', 'later', { next: '', retry: 'transient' }),
      terminal: () => new Fault('test', 'never', { next: '', retry: 'terminal' }),
      hold: () => new HoldError('not yet', 10),
      throttled: () => new ThrottledError('slowly', 20),
      foreign: () => new TypeError('a defect'),
    };
    const worker = start(async ({ id, data }) => {
      const { how = '' } = data as { how?: string };
      const turn = (turns.get(id) ?? 0) + 1;
      turns.set(id, turn);
      const fault = faults[how];
      if (fault !== undefined && (turn === 1 || how === 'terminal')) {
        if (how === 'terminal') done.push(how);
        throw fault();
      }
      done.push(how === '' ? id : how);
      await Promise.resolve();
    });
    onTestFinished(() => worker.close());
    const kinds = Object.keys(faults);
    await queues.enqueue([
      ...kinds.map((how) => job({ jobId: how, data: { how } })),
      job({ jobId: 'later', delayMs: 10 }),
      job({ jobId: 'twice' }),
      job({ coalesceId: 'coalesced', data: { how: 'coalesced' } }),
    ]);
    await queues.enqueue([
      job({ jobId: 'twice' }),
      job({ coalesceId: 'coalesced', data: { how: 'coalesced' } }),
    ]);
    const expected = [...kinds, 'later', 'twice', 'coalesced'];
    for (let at = expected.length; !expected.every((one) => done.values.includes(one)); at += 1)
      await done.at(at);
    expect(await admin.call('ACL', 'LOG')).toEqual([]);
  });

  it('E2: given a worker that went silent, then another takes its job over, and is refused nothing', async () => {
    const queues = openQueues(connect('federation'), tuning);
    onTestFinished(() => queues.close());
    const taken = collector<string>();
    const hang = async ({ id = '' }: Job): Promise<void> => {
      taken.push(id);
      await new Promise(() => undefined);
    };
    const { lockMs } = tuning;
    const dying = { connection: connect('publisher'), lockDuration: lockMs, stalledInterval: lockMs };
    const worker = new Worker(queue, hang, dying);
    await queues.enqueue([job({ jobId: 'left' })]);
    await taken.at(1);
    await worker.close(true);
    const over = collector<string>();
    const another = start(async ({ id }) => Promise.resolve(over.push(id)));
    onTestFinished(() => another.close());
    expect(await over.at(1)).toBe('left');
    expect(await admin.call('ACL', 'LOG')).toEqual([]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adminUser,
  jobNames,
  queueNames,
  readRedisCredentials,
  redisAclPath,
  redisUsers,
  serviceUsers,
  upstreamUser,
  writeRedisUsers,
} from '@marketops/engine';
import { findRedisServer, type PrivateRedis, type RedisServer, startPrivateRedis } from '@marketops/local';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isRefusal, openSessions, type RedisCommand, type RedisUserSession } from '../support/redis-user.js';

const [server, unless] = await findRedisServer().then(
  (found): [RedisServer | undefined, string] => [found, ''],
  (fault: unknown): [RedisServer | undefined, string] => [undefined, ` (skipped: ${String(fault)})`],
);
const principals = ['local', 'other'];
const [upstream, otherUpstream] = [upstreamUser('local'), upstreamUser('other')];
const services = [...serviceUsers];
const everyone = redisUsers(principals).flatMap(({ name }) => (name === adminUser ? [] : [name]));

describe.skipIf(server === undefined)(`what each user of Redis may not${unless}`, () => {
  let dataDir: string;
  let redis: PrivateRedis;
  let sessions: ReturnType<typeof openSessions>;
  const as = (user: string): RedisUserSession => sessions.as(user);

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'marketops-users-'));
    writeRedisUsers(dataDir, principals);
    const users = { aclFile: redisAclPath(dataDir), admin: readRedisCredentials(dataDir, adminUser) };
    // Redis itself forbids DEBUG unless it is told otherwise; here the users must.
    const args = ['--enable-debug-command', 'yes'];
    const options = { dataDir: join(dataDir, 'redis'), durability: 'none', users, args } as const;
    redis = await startPrivateRedis(server as RedisServer, options);
    sessions = openSessions({ url: redis.socket, dataDir });
    await as(adminUser).redis.set('somebody', 'else’s');
  });
  afterAll(async () => {
    sessions?.close();
    await redis?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Nobody but an operator: they read or destroy everything, or change what the server is. */
  const forAdminAlone: readonly RedisCommand[] = [
    ...([['FLUSHALL'], ['FLUSHDB'], ['KEYS', '*'], ['RANDOMKEY'], ['DBSIZE'], ['MONITOR']] as const),
    ...([
      ['CONFIG', 'GET', '*'],
      ['CONFIG', 'SET', 'maxmemory', 1],
      ['CONFIG', 'REWRITE'],
    ] as const),
    ...([
      ['ACL', 'LIST'],
      ['ACL', 'SETUSER', 'default', 'on'],
      ['ACL', 'LOAD'],
      ['ACL', 'LOG', 'RESET'],
    ] as const),
    ...([
      ['SCRIPT', 'FLUSH'],
      ['SCRIPT', 'KILL'],
      ['FUNCTION', 'LIST'],
      ['FUNCTION', 'FLUSH'],
    ] as const),
    ...([
      ['DEBUG', 'OBJECT', 'x'],
      ['MEMORY', 'DOCTOR'],
      ['OBJECT', 'ENCODING', 'x'],
      ['MODULE', 'LIST'],
    ] as const),
    ...([
      ['SHUTDOWN', 'NOSAVE'],
      ['SAVE'],
      ['BGSAVE'],
      ['BGREWRITEAOF'],
      ['REPLICAOF', 'NO', 'ONE'],
    ] as const),
    ...([
      ['CLIENT', 'KILL', 'TYPE', 'normal'],
      ['CLIENT', 'PAUSE', 1],
      ['SELECT', 1],
      ['SWAPDB', 0, 1],
    ] as const),
    ...([
      ['MIGRATE', 'h', 1, 'x', 0, 1],
      ['DUMP', 'x'],
      ['RESTORE', 'x', 0, 'y'],
      ['COPY', 'x', 'y'],
    ] as const),
    ...([
      ['RENAME', 'mo:{p00}:ctl', 'x'],
      ['SORT', 'x'],
      ['PSUBSCRIBE', '*'],
      ['PUBSUB', 'CHANNELS'],
    ] as const),
    ...([
      ['SET', 'x', 'y'],
      ['GET', 'x'],
      ['DEL', 'mo:{p00}:ctl'],
      ['UNLINK', 'mo:{p00}:s:system'],
    ] as const),
    ...([
      ['EXPIRE', 'mo:{p00}:s:system', 1],
      ['XDEL', 'mo:{p00}:s:system', '1-0'],
    ] as const),
    ...([
      ['XTRIM', 'mo:{p00}:s:system', 'MAXLEN', 0],
      ['DEL', 'mo:{p01}:ack:run/x'],
    ] as const),
    ...([
      ['XSETID', 'mo:{p00}:s:system', '9-0'],
      ['XGROUP', 'DESTROY', 'mo:{p00}:s:system', 'g'],
    ] as const),
  ];
  it.each(everyone)('%s: nothing that is for operators alone, nor in a script', async (user) => {
    const before = await as('admin').redis.dbsize();
    const done: string[] = [];
    for (const wanted of forAdminAlone) {
      if (await as(user).may(wanted)) done.push(wanted.join(' '));
    }
    for (const wanted of [
      ['FLUSHALL'],
      ['KEYS', '*'],
      ['CONFIG', 'GET', '*'],
      ['DEL', 'mo:{p00}:ctl'],
    ] as const) {
      if (await as(user).mayInScript(wanted)) done.push(`in a script: ${wanted.join(' ')}`);
    }
    expect(done).toEqual([]);
    expect(await as('admin').redis.dbsize()).toBe(before);
  });

  const but = (...names: string[]) => services.filter((service) => !names.includes(service));
  const waiting = (queue: string) => ['LPUSH', `bull:${queue}:wait`, 'forged'] as const;
  const taking = (queue: string) => ['RPOPLPUSH', `bull:${queue}:wait`, `bull:${queue}:active`] as const;
  const reading = (queue: string) => ['HGETALL', `bull:${queue}:1`] as const;
  const emptying = (queue: string) => ['DEL', `bull:${queue}:wait`] as const;
  const [plans, publications] = [queueNames.plans('local'), queueNames.publications('acme')];
  const others = queueNames.plans('other');
  const { authorizations, runs, ledger } = queueNames;
  /** Who may do it, of everyone; written down here anew, and not read from the rules. */
  const table: readonly (readonly [string, readonly [string, ...(string | number)[]], readonly string[]])[] =
    [
      ['open or close a partition', ['HSET', 'mo:{p63}:ctl', 'state', 'open'], ['ledger', 'console']],
      ['lift a freeze', ['HDEL', 'mo:{p63}:ctl', 'frozen:all'], ['console']],
      ['read a control key', ['HGETALL', 'mo:{p63}:ctl'], services],
      ['write the ledger’s word', ['SET', 'mo:{p63}:ack:run/x', '{}'], ['ledger']],
      ['read the ledger’s word', ['GET', 'mo:{p63}:ack:run/x'], services],
      ['announce a commit', ['PUBLISH', 'mo:acknowledged', '[]'], ['ledger']],
      ['publish elsewhere', ['PUBLISH', 'mo:other', '[]'], []],
      [
        'append to a run',
        ['XADD', 'mo:{p63}:s:run/x', '*', 'v', 'x'],
        ['planner', 'federation', 'ledger', 'console'],
      ],
      ['append to an operation', ['XADD', 'mo:{p63}:s:op/x/y', '*', 'v', 'x'], services],
      ['throw a stream away', ['DEL', 'mo:{p63}:s:run/x'], ['ledger']],
      ['throw away the ledger’s word', ['DEL', 'mo:{p63}:ack:run/x'], []],
      ['take one thing out of the outbox', ['XDEL', 'mo:{p63}:outbox', '1-0'], ['ledger']],
      ['append to the system’s stream', ['XADD', 'mo:{p63}:s:system', '*', 'v', 'x'], but('planner')],
      ['append to a stream of no kind', ['XADD', 'mo:{p63}:s:other', '*', 'v', 'x'], []],
      ['read a stream', ['XREAD', 'STREAMS', 'mo:{p63}:s:run/x', '0'], services],
      ['hand something to the ledger', ['XADD', 'mo:{p63}:outbox', '*', 'run/x', 'x'], services],
      [
        'see what the ledger has not taken',
        ['XREAD', 'STREAMS', 'mo:{p63}:outbox', '0'],
        ['ledger', 'console'],
      ],
      ['keep something from the ledger', ['XTRIM', 'mo:{p63}:outbox', 'MAXLEN', 9], ['ledger']],
      ['leave jobs for the relay', ['HSET', 'mo:{p63}:relay', 'x', '[]'], services],
      [
        'set a run’s deadline',
        ['ZADD', 'mo:{p63}:deadlines', 'XX', 1, 'x'],
        ['planner', 'ledger', 'console'],
      ],
      ['ask for a plan as local', waiting(plans), ['planner', 'console', upstream]],
      ['ask for a plan as other', waiting(others), ['planner', 'console', otherUpstream]],
      ['ask for an authorization', waiting(authorizations), but('ledger')],
      ['ask for a publication', waiting(publications), ['planner', 'federation', 'publisher', 'console']],
      ['wake the planner', waiting(runs), but('ledger')],
      ['call the ledger', waiting(ledger), services],
      ['take a plan', taking(plans), ['planner']],
      ['take an authorization', taking(authorizations), ['federation']],
      ['take a publication', taking(publications), ['publisher']],
      ['take the planner’s work', taking(runs), ['planner']],
      ['take the ledger’s work', taking(ledger), ['ledger']],
      ['empty the plans', emptying(plans), ['planner', 'console']],
      ['empty the authorizations', emptying(authorizations), ['federation']],
      ['empty the publications', emptying(publications), ['publisher']],
      ['read a plan job of local', reading(plans), ['planner', 'console', upstream]],
      ['read a plan job of other', reading(others), ['planner', 'console', otherUpstream]],
      ['read an authorization job', reading(authorizations), ['federation', 'console']],
      ['read a publication job', reading(publications), ['publisher', 'console']],
      ['pause the publications', ['SET', `bull:${publications}:limiter`, 0, 'PX', 1], ['publisher']],
      ['list keys', ['SCAN', 0], ['publisher', 'console']],
      ['change the reconciler’s hints', ['ZADD', 'mo:effects:{acme}:seen', 1, 'x'], ['publisher']],
    ];
  it.each(table)('F4: %s: only those who need it, in a script as well', async (_what, wanted, allowed) => {
    const direct: string[] = [];
    const scripted: string[] = [];
    for (const user of everyone) {
      if (await as(user).may(wanted)) direct.push(user);
      if (await as(user).mayInScript(wanted)) scripted.push(user);
    }
    expect(direct.sort()).toEqual([...allowed].sort());
    expect(scripted.sort()).toEqual([...allowed].sort());
  });

  it('F4: see who is connected: only the console', async () => {
    const allowed: string[] = [];
    for (const user of everyone) if (await as(user).may(['CLIENT', 'LIST'])) allowed.push(user);
    expect(allowed).toEqual(['console']);
  });

  describe('an upstream principal', () => {
    const queueAs = (user: string, name: string): Queue => {
      const { username, password } = readRedisCredentials(dataDir, user);
      const queue = new Queue(name, { connection: { path: redis.socket, username, password } });
      queue.on('error', () => undefined);
      onTestFinished(() => queue.close());
      return queue;
    };

    it('F2: adds bare jobs to its own queue with any BullMQ client, one or many, twice or once, and sees its own', async () => {
      const queue = queueAs(upstream, queueNames.plans('local'));
      const job = await queue.add(jobNames.planRequested, { tenant_id: 'acme' }, { jobId: 'mine' });
      await queue.add(jobNames.planRequested, { tenant_id: 'acme' }, { jobId: 'mine' });
      await queue.addBulk([
        { name: jobNames.runCancel, data: {} },
        { name: jobNames.runCancel, data: {} },
      ]);
      expect((await queue.getJob('mine'))?.data).toEqual({ tenant_id: 'acme' });
      expect(await job.getState()).toBe('waiting');
    });

    it('F2: adds to nobody else’s queue, takes, removes and empties nothing, and sees nothing of mo:*', async () => {
      for (const name of [
        queueNames.plans('other'),
        queueNames.authorizations,
        queueNames.publications('acme'),
        queueNames.runs,
      ]) {
        await expect(queueAs(upstream, name).add('x', {}), name).rejects.toSatisfy(isRefusal);
        await expect(queueAs(upstream, name).getJob('1'), name).rejects.toSatisfy(isRefusal);
      }
      const own = queueAs(upstream, queueNames.plans('local'));
      for (const wanted of [
        () => own.drain(),
        () => own.obliterate(),
        () => own.remove('mine'),
        () => own.pause(),
      ]) {
        await expect(wanted()).rejects.toSatisfy(isRefusal);
      }
      for (const options of [{ delay: 60_000 }, { priority: 1 }, { deduplication: { id: 'x' } }]) {
        await expect(own.add('x', {}, options)).rejects.toSatisfy(isRefusal);
      }
      const { may, mayInScript } = as(upstream);
      for (const wanted of [
        ['HGETALL', 'mo:{p00}:ctl'],
        ['GET', 'mo:{p00}:ack:system'],
        ['XADD', 'mo:{p00}:outbox', '*', 'a', 'b'],
        ['HSET', 'mo:{p00}:relay', 'x', '[]'],
        ['XREAD', 'STREAMS', 'mo:{p00}:s:system', '0'],
        ['SUBSCRIBE', 'mo:acknowledged'],
      ] as const) {
        expect([wanted, await may(wanted)]).toEqual([wanted, false]);
        expect([wanted, await mayInScript(wanted)]).toEqual([wanted, false]);
      }
    });
  });
});

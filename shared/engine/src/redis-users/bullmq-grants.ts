import { allow, type Grant } from './grant.js';

/*
 * What BullMQ does in a queue (6.7, the same as its other clients): most of it in Lua scripts, whose every command Redis
 * checks against the caller's user, with the key it really touches, declared or not. Queues are given as in the topology,
 * `{runs}` or `{plans-*}`.
 */
const keyIn = (queues: readonly string[], name: string): string[] =>
  queues.map((queue) => `bull:${queue}:${name}`);

const words = (text: string): string[] => text.trim().split(/\s+/);

/**
 * To add a bare job: no delay, no priority, no deduplication, no parent. A job's key is the queue's prefix and its id, so
 * that whoever may add a job may write any hash of the queue.
 */
export function addsBareJobs(queues: readonly string[]): Grant[] {
  const key = (name: string) => keyIn(queues, name);
  return [
    allow(['eval', 'evalsha'], key('*')),
    // `meta` holds the queue's settings; every client says there which version it is.
    allow(['hget', 'hmget', 'hset'], key('meta')),
    allow(['incr'], key('id')),
    // `hget`: of a job that is there already, whether it has a parent.
    allow(['exists', 'hget', 'llen'], key('*'), 'R'),
    allow(['hset', 'hmset'], key('*'), 'W'),
    allow(['lpush', 'rpush'], [...key('wait'), ...key('paused')], 'W'),
    allow(['zadd'], key('marker'), 'W'),
    allow(['xadd'], key('events'), 'W'),
  ];
}

/** To see what became of a job. */
export const seesJobs = (queues: readonly string[]): Grant[] => [
  allow(['eval', 'evalsha'], keyIn(queues, '*')),
  allow(['hget', 'hmget', 'hgetall', 'exists', 'zscore', 'lpos', 'lrange'], keyIn(queues, '*'), 'R'),
];

/** To add jobs with a delay or coalesced, as ours are. */
export function addsJobs(queues: readonly string[]): Grant[] {
  const key = (name: string) => keyIn(queues, name);
  return [
    ...addsBareJobs(queues),
    allow(['zadd', 'zrange', 'zrevrangebyscore', 'zscore', 'zrem'], key('delayed')),
    allow(['get', 'set', 'del', 'hset', 'persist', 'pttl'], [...key('de:*'), ...key('dn:*')]),
    allow(['lpos', 'lrange'], key('active'), 'R'),
  ];
}

/** To look at queues: how much waits where, and why a job failed. */
const countsJobs = (queues: readonly string[]): Grant[] => [
  ...seesJobs(queues),
  allow(['llen', 'lindex', 'zcard', 'zcount', 'zrange', 'zrevrange', 'smembers'], keyIn(queues, '*'), 'R'),
];

const removing = words(`
  del exists get hdel hget hgetall hmget hset llen lrem scard smembers srem xadd zadd zrange zrem zscore
`);

/** To remove a job that has ended. */
const removesJobs = (queues: readonly string[]): Grant[] => [
  allow(['eval', 'evalsha'], keyIn(queues, '*')),
  allow(removing, keyIn(queues, '*')),
];

/** To look at queues on a board: every list of a queue, and whole jobs. */
export const showsJobs = (queues: readonly string[]): Grant[] => [
  ...countsJobs(queues),
  allow(
    words('exists get hexists hget hgetall hmget lrange scard smembers type xlen zscan zscore sscan hscan'),
    keyIn(queues, '*'),
    'R',
  ),
];

/** To try ended jobs again on that board, and to remove them. */
export const tendsJobs = (queues: readonly string[]): Grant[] => [
  ...removesJobs(queues),
  allow(['lpush', 'rpush', 'hincrby', 'hsetnx'], keyIn(queues, '*')),
];

const working = words(`
  bzpopmin del eval evalsha exists get hdel hexists hget hgetall hincrby hmget hmset hset incr
  llen lpos lpush lrange lrem ltrim persist pexpire pttl rpoplpush rpush
  sadd scard set smembers srem xadd xtrim
  zadd zcard zcount zpopmin zrange zrangebyscore zrem zrevrange zremrangebyrank zremrangebyscore zrevrangebyscore zscore
`);

/** To work a queue: everything in it. */
export const worksQueues = (queues: readonly string[]): Grant[] => [allow(working, keyIn(queues, '*'))];

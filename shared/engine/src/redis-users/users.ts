import { type Actor, type StreamKind, vocabulary } from '@marketops/contracts';
import { acknowledgedChannel, keyPatterns } from '@marketops/store';
import { limitChannel, limitKeyPattern } from '../account-limits/limit-keys.js';
import { hintKeyPattern } from '../effect-hints/hint-keys.js';
import { queueNames, queuesOf } from '../topology.js';
import { addsBareJobs, addsJobs, seesJobs, showsJobs, tendsJobs, worksQueues } from './bullmq-grants.js';
import { allow, allowChannels, type Grant } from './grant.js';

/** Who speaks to Redis besides the upstream systems; `console` is also the command. */
export const serviceUsers = ['planner', 'federation', 'publisher', 'ledger', 'console'] as const;
export type ServiceUser = (typeof serviceUsers)[number];

/** May do everything. For operators and for a server's own start; no service holds its password. */
export const adminUser = 'admin';
/** Of an upstream system: it is named like its queue. */
export const upstreamUser = (principal: string): string => `plans-${principal}`;

export interface RedisUser {
  readonly name: string;
  /** Undefined: everything. */
  readonly grants: readonly Grant[] | undefined;
}

/**
 * Without keys: to connect, to be told what server this is, and to send scripts and transactions. Not `client|setinfo`,
 * which Redis knows from 7.2 on and a file for 7.0 cannot name; a client that is refused it goes on without.
 */
export const connectionCommands = [
  'ping',
  'info',
  'time',
  'client|setname',
  'multi',
  'exec',
  'discard',
  'script|load',
  'script|exists',
];

/** Every user of an installation whose principals these are. */
export const redisUsers = (principals: readonly string[]): RedisUser[] => [
  { name: adminUser, grants: undefined },
  ...serviceUsers.map((name) => ({ name, grants: grantsOf(name) })),
  ...principals.map((principal) => ({ name: upstreamUser(principal), grants: grantsOfUpstream(principal) })),
];

function grantsOfUpstream(principal: string): Grant[] {
  const queue = [queueNames.plans(principal)];
  return [...addsBareJobs(queue), ...seesJobs(queue)];
}

function grantsOf(user: ServiceUser): Grant[] {
  const { works, feeds } = queuesOf[user];
  return [
    ...readsStore,
    ...appends(user),
    ...(works.length === 0 ? [] : worksQueues(works)),
    ...addsJobs(feeds.filter((queue) => !works.includes(queue))),
    ...particulars[user],
  ];
}

/** Streams, the ledger's words and the control keys: what it reads is verified, so it may read all of it. */
const readsStore: readonly Grant[] = [
  allow(['xread', 'xrevrange'], [keyPatterns.stream('*')], 'R'),
  allow(['get'], [keyPatterns.acknowledgement('*')], 'R'),
  // What is left of runs that have left Redis: an append asks for it, and whoever finds nothing.
  allow(['get'], [keyPatterns.tombstone], 'R'),
  allow(['hget', 'hmget', 'hgetall'], [keyPatterns.control], 'R'),
];

/** An append is a script over these keys; it may write the streams in which this actor has something to say (law E3). */
const appends = (actor: Actor): Grant[] => [
  allow(['eval', 'evalsha'], [keyPatterns.any]),
  allow(['xadd'], [...streamKindsOf(actor).map((kind) => streamPatterns[kind]), keyPatterns.outbox], 'W'),
  allow(['hset', 'hdel'], [keyPatterns.relay], 'W'),
  allow(['hlen', 'hgetall'], [keyPatterns.relay], 'R'),
];

const streamPatterns: Readonly<Record<StreamKind, string>> = {
  run: keyPatterns.stream('run/*'),
  op: keyPatterns.stream('op/*'),
  system: keyPatterns.stream('system'),
};

const streamKindsOf = (actor: Actor): StreamKind[] => [
  ...new Set(
    Object.values(vocabulary)
      .filter(({ emitters }) => (emitters as readonly Actor[]).includes(actor))
      .map(({ stream }) => stream),
  ),
];

/** Spends the budgets of accounts: its scripts declare these keys, and touch no others. */
const keepsLimits: readonly Grant[] = [
  allow(['eval', 'evalsha', 'pexpire'], [limitKeyPattern]),
  allow(['hget', 'hmget', 'hgetall', 'hexists', 'hset', 'hsetnx', 'hdel'], [limitKeyPattern]),
  allow(['hkeys', 'hvals', 'hlen', 'hincrby'], [limitKeyPattern]),
  allow(['zadd', 'zrem', 'zcard', 'zscore', 'zrank', 'zrevrange'], [limitKeyPattern]),
  allow(['zrangebyscore', 'zremrangebyscore'], [limitKeyPattern]),
  allowChannels(['publish', 'subscribe'], [limitChannel]),
];

/** Remembers which effects to look at, and compares what it spends for it with the budgets. */
const reconciles: readonly Grant[] = [
  allow(['eval', 'evalsha', 'get', 'set', 'del', 'pexpire'], [hintKeyPattern]),
  allow(['hget', 'hgetall', 'hset', 'hdel'], [hintKeyPattern]),
  allow(['zadd', 'zrem', 'zcard', 'zscore', 'zrange', 'zrangebylex', 'zremrangebyrank'], [hintKeyPattern]),
  allow(['sadd', 'scard', 'smembers'], [hintKeyPattern]),
  // Names of keys, of everybody: the operations there are, where the hints to them are lost.
  allow(['scan'], []),
];

const hearsAcknowledgements = allowChannels(['subscribe', 'unsubscribe'], [acknowledgedChannel]);

/** What one service does and the others do not. */
const particulars: Readonly<Record<ServiceUser, readonly Grant[]>> = {
  planner: [hearsAcknowledgements, allow(['zadd', 'zrem', 'zrangebyscore'], [keyPatterns.deadlines])],
  federation: [hearsAcknowledgements],
  publisher: [hearsAcknowledgements, ...keepsLimits, ...reconciles],
  ledger: [
    allow(['xread', 'xrevrange', 'xlen'], [keyPatterns.outbox], 'R'),
    allow(['xtrim'], [keyPatterns.outbox], 'W'),
    allow(['set'], [keyPatterns.acknowledgement('*')], 'W'),
    allow(['hset'], [keyPatterns.control], 'W'),
    // Who writes: judged by the server's own clock.
    allow(['hmget', 'hset'], [keyPatterns.lease]),
    // What Redis has lost of streams and deadlines it puts back from the journal, and cuts off what contradicts it.
    allow(['xadd', 'del'], Object.values(streamPatterns), 'W'),
    allow(['zadd', 'zrem'], [keyPatterns.deadlines], 'W'),
    allow(['xdel'], [keyPatterns.outbox], 'W'),
    // Finished runs leave: their streams, the words on them, and a tombstone comes.
    allow(['set', 'del'], [keyPatterns.tombstone], 'W'),
    allowChannels(['publish'], [acknowledgedChannel]),
  ],
  console: [
    hearsAcknowledgements,
    // A freeze is a field of the control key; an ACL knows no fields.
    allow(['hset', 'hdel'], [keyPatterns.control], 'W'),
    allow(['xread', 'xlen', 'xrange'], [keyPatterns.outbox], 'R'),
    // The runs that are under way: for lists of runs and receipts, and for what a freeze found started.
    allow(['zrangebyscore'], [keyPatterns.deadlines], 'R'),
    // What is left of an account's budget, and who waits for it.
    allow(['hgetall', 'zrangebyscore'], [limitKeyPattern], 'R'),
    // An order to redrive puts its run among them again.
    allow(['zadd'], [keyPatterns.deadlines], 'W'),
    // It submits plans for whoever is at the keyboard, and clears away the job of an earlier refusal.
    ...addsBareJobs([queueNames.plans('*')]),
    // The board of queues shows them all. What an operator may do there to jobs is for those of upstream systems: the services'
    // own are hints, which the sweeper makes again.
    ...showsJobs(['*']),
    ...tendsJobs([queueNames.plans('*')]),
    // Names of keys and of connections, of everybody: to compare the ledger's words, and to see who works a queue.
    allow(['scan', 'client|list'], []),
  ],
};

import { adminUser, readRedisCredentials, serviceUsers } from '@marketops/engine';
import { type ProvidedRedis, withRedis } from '@marketops/local';
import { reasonOf } from '@marketops/operator/words';
import { withCredentials } from '@marketops/store';
import { CliError } from '../errors.js';

const limitMs = 5_000;

/**
 * A Redis that production may depend on: it keeps its data, evicts nothing, lets nobody in without a password, and has a user for each service.
 * @param redis answers as the operator, and is durable
 * @returns the same, where the services come in as themselves
 * @throws CliError `redis_unsafe`, with what it lacks
 */
export async function safeRedis(redis: ProvidedRedis, dataDir: string): Promise<ProvidedRedis> {
  // One of ours is started with our users and settings; one that knows no users is too old for them.
  const place = redis.source === 'url' ? withCredentials(redis.url, {}) : redis.urlForUsers;
  if (place === undefined) {
    throw unsafe('it is too old to have users', 'Install redis-server 7 or newer, or set REDIS_URL.');
  }
  await refuseEvicting(redis);
  await refuseOpen(place);
  for (const user of serviceUsers) await refuseWithoutUser(place, dataDir, user);
  return redis.source === 'url' ? { ...redis, urlForUsers: place } : redis;
}

/**
 * The address as the operator comes in: where it names nobody, as the one who may look.
 * @param url empty for none
 * @throws CliError `redis_unsafe` where that one is not known there
 */
export async function asOperator(url: string, dataDir: string): Promise<string> {
  if (url === '' || /@|[?&](?:username|password)=/.test(url)) return url;
  await refuseWithoutUser(url, dataDir, adminUser).catch((fault: unknown) => {
    // One that does not answer is told of by whoever waits for it.
    if (fault instanceof CliError) throw fault;
  });
  return withCredentials(url, readRedisCredentials(dataDir, adminUser));
}

async function refuseEvicting({ url }: ProvidedRedis): Promise<void> {
  const memory = await withRedis(url, limitMs, (client) => client.info('memory'));
  const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  throw unsafe(
    `its maxmemory-policy is ${policy}: a full one drops streams`,
    'Set maxmemory-policy noeviction.',
  );
}

async function refuseOpen(place: string): Promise<void> {
  const entered = await withRedis(place, limitMs, (client) => client.ping()).then(
    () => true,
    (fault: unknown) => {
      if (/NOAUTH|WRONGPASS/.test(reasonOf(fault))) return false;
      throw fault;
    },
  );
  if (entered) throw unsafe('it lets anybody in without a password', loadUsers);
}

async function refuseWithoutUser(place: string, dataDir: string, user: string): Promise<void> {
  const url = withCredentials(place, readRedisCredentials(dataDir, user));
  try {
    await withRedis(url, limitMs, (client) => client.ping());
  } catch (fault) {
    // Who may come in and may not ask this is known.
    if (/NOPERM/.test(reasonOf(fault))) return;
    if (!/NOAUTH|WRONGPASS/.test(reasonOf(fault))) throw fault;
    throw unsafe(`it has no user ${user} with the password of this system’s keys`, loadUsers);
  }
}

const loadUsers =
  'Run marketops redis-users and load the file it writes into that Redis (docs/redis-users.md), or unset REDIS_URL to have one of its own.';

const unsafe = (what: string, next: string): CliError =>
  new CliError('redis_unsafe', `this Redis is not safe enough for production: ${what}`, { next });

import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  adminUser,
  initialize,
  type LoadedConfig,
  loadConfig,
  readRedisCredentials,
  redisAclPath,
  redisUrlFrom,
  writeRedisUsers,
} from '@marketops/engine';
import { defaultCacheDir, type ProvidedRedis, provideRedis, type RedisSource } from '@marketops/local';
import { notDurable, readSystemFile, removeSystemFile, writeSystemFile } from '@marketops/operator';
import { exampleChoices, exampleConfig } from '../config-text.js';
import { CliError } from '../errors.js';
import { writeFirstPolicies } from '../first-policies.js';
import { builtProgram } from '../repository.js';
import { describeSystem } from './describe-system.js';
import { type GitHubAccess, serviceEnvironment } from './environment.js';
import { askHealth } from './health.js';
import { instanceNames, type ProcessName, type ServiceName, serviceNames } from './names.js';
import type { JsonRecord, ProcessSpec } from './process.js';
import { asOperator, safeRedis } from './safe-redis.js';
import { repositoriesOf, simulatedGitHub } from './simulated-github.js';
import { type ProcessChange, type Supervised, supervise } from './supervised.js';
import type { System, SystemOptions } from './system-options.js';

/**
 * Starts everything: Redis and GitHub, then the ledger, which opens the partitions, then the other services side by
 * side. Returns when all are ready; what fails stops what was started before it.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const configPath = resolve(options.configPath ?? join(dir, 'marketops.yml'));
  if (!existsSync(configPath)) {
    const example = exampleConfig(options.config);
    initialize({ configPath, ...example, now: new Date() }, (made) => {
      writeFirstPolicies(configPath, example.config, exampleChoices.repositories, made);
    });
  }
  const loaded = loadConfig(configPath);
  refuseSecond(loaded.dataDir);
  const stops: (() => Promise<unknown>)[] = [];
  try {
    return await startParts(options, loaded, stops);
  } catch (fault) {
    for (const stop of stops.reverse()) await stop().catch(() => undefined);
    throw fault;
  }
}

async function startParts(
  options: SystemOptions,
  loaded: LoadedConfig,
  stops: (() => Promise<unknown>)[],
): Promise<System> {
  const { signal } = options;
  const { dataDir, configPath, root: dir } = loaded;
  const redis = await provide(options, loaded);
  stops.push(() => redis.stop());
  options.onRedis?.(redis);
  const logFile = (name: string): string => join(dataDir, 'logs', `${name}.log`);
  const watch = (name: ProcessName, spec: () => ProcessSpec): Supervised => {
    const restartCrashed = options.restartCrashed ?? true;
    const onChange = (change: ProcessChange) => {
      options.onChange?.(change);
      if (change.state === 'running') describe();
    };
    const process = supervise({ name, spec, restartCrashed, onChange });
    processes.push(process);
    stops.push(() => process.stop());
    return process;
  };

  const { url, urlForUsers } = redis;
  const redisUsers = urlForUsers !== undefined;
  const place = { configPath, dataDir, redisUrl: urlForUsers ?? url, redisUsers };

  const processes: Supervised[] = [];
  let describe: () => void = () => undefined;
  const github = await openGitHub(options, loaded, logFile('github'), watch);
  const services = instanceNames(options.services ?? serviceNames).map(({ name, service }) => ({
    service,
    process: watch(name, () => ({
      name: `the ${name}`,
      program: builtProgram(`services/${service}/dist/main.js`),
      cwd: dir,
      env: {
        ...options.environment,
        ...serviceEnvironment(service, { ...place, github }),
      },
      logFile: logFile(name),
      isReady: (line) => line['ready'] === true,
    })),
  }));
  const started = async (of: (service: ServiceName) => boolean) => {
    const wanted = services.filter(({ service }) => of(service));
    const results = await Promise.allSettled(wanted.map(({ process }) => process.start(signal)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };
  await started((service) => service === 'ledger');
  await started((service) => service !== 'ledger');

  const named = (name: ProcessName): Supervised => {
    const process = processes.find((one) => one.name === name);
    if (process !== undefined) return process;
    throw new CliError('process_unknown', `there is no process ${name}`, {
      next: `Name one of ${processes.map((one) => one.name).join(', ')}.`,
    });
  };
  const system: System = {
    ...{ dir, configPath, loaded, processes, redis, redisUrl: redis.url, url: github.apiUrl },
    githubSimulated: options.github === undefined || options.github === 'simulated',
    get pids() {
      return Object.fromEntries(
        processes.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]])),
      );
    },
    kill: (name) => named(name).kill(),
    restart: (name) => named(name).restart(),
    health: async (name) => healthOf(named(name)),
    async stop({ graceMs } = {}) {
      describe = () => undefined;
      // The order of the start, backwards: each process still finds what it depends on while it finishes.
      for (const process of [...processes].reverse()) await process.stop(graceMs);
      await redis.stop();
      removeSystemFile(dataDir);
    },
  };
  describe = () => writeSystemFile(dataDir, describeSystem(system, options));
  describe();
  return system;
}

async function provide(options: SystemOptions, { config, dataDir }: LoadedConfig): Promise<ProvidedRedis> {
  // Again at every start: principals come and go with marketops.yml.
  writeRedisUsers(dataDir, Object.keys(config.principals));
  const safeOnly = options.safeRedisOnly === true;
  const allowNonDurable = !safeOnly && (options.allowNonDurableRedis ?? config.allow_non_durable_redis);
  const admin = readRedisCredentials(dataDir, adminUser);
  const named = options.redisUrl ?? redisUrlFrom(process.env, '');
  const redisUrl = safeOnly ? await asOperator(named, dataDir) : named;
  const sources = options.redisSources ?? (safeOnly ? safeSources : undefined);
  const redis = await provideRedis({
    dataDir: join(dataDir, 'redis'),
    cacheDir: defaultCacheDir(),
    allowNonDurable,
    env: { ...process.env, REDIS_URL: redisUrl },
    users: { aclFile: redisAclPath(dataDir), admin },
    ...(sources === undefined ? {} : { sources }),
    ...((options.restartCrashed ?? true)
      ? { keepAlive: (change) => options.onChange?.({ name: 'redis', ...change }) }
      : {}),
    ...(options.redisPatience === undefined ? {} : { patience: options.redisPatience }),
    ...(options.log === undefined ? {} : { log: options.log }),
  });
  if (redis.urlForUsers === undefined && redis.source !== 'url') {
    options.log?.('this Redis knows no users: here every service may do everything in it');
  }
  try {
    if (!redis.durable && !allowNonDurable) throw notDurable(redis.describe);
    return safeOnly ? await safeRedis(redis, dataDir) : redis;
  } catch (fault) {
    await redis.stop();
    throw fault;
  }
}

/** Without the one in JavaScript, which keeps nothing. */
const safeSources: readonly RedisSource[] = ['url', 'path', 'debian'];

/** Simulated, as the first process of the system, or as it is given. */
async function openGitHub(
  options: SystemOptions,
  loaded: LoadedConfig,
  logFile: string,
  watch: (name: ProcessName, spec: () => ProcessSpec) => Supervised,
): Promise<GitHubAccess> {
  if (options.github !== undefined && options.github !== 'simulated') return options.github;
  const seed = options.repositories ?? repositoriesOf(loaded);
  const simulated = simulatedGitHub({ dataDir: loaded.dataDir, config: loaded.config, seed, logFile });
  let port = 0;
  const process = watch('github', () => simulated.spec(port));
  await process.start(options.signal);
  const access = simulated.access(process.ready ?? {});
  port = Number(new URL(access.apiUrl).port);
  return access;
}

async function healthOf({ name, ready }: Supervised): Promise<JsonRecord> {
  const port = ready?.['health_port'];
  if (typeof port !== 'number') {
    throw new CliError('process_unknown', `${name} has no health port`, { next: 'Ask a service that runs.' });
  }
  return askHealth(port);
}

function refuseSecond(dataDir: string): void {
  const other = readSystemFile(dataDir);
  if (other === undefined) return;
  throw new CliError('system_running', `process ${other.pid} already runs the system of ${dataDir}`, {
    next: `Use that one, stop it (Ctrl-C, or kill ${other.pid}), or choose another folder.`,
  });
}

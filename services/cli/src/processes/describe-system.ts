import type { SystemFile } from '@marketops/operator';
import type { System, SystemOptions } from './system-options.js';

/** What other commands are told of a running system. */
export function describeSystem(system: System, options: SystemOptions): SystemFile {
  const { redisUrl, redis, url, githubSimulated, loaded, processes } = system;
  const services = processes.flatMap(({ name, pid, ready }) => {
    const port = ready?.['health_port'];
    return pid === undefined
      ? []
      : [[name, { pid, health_port: typeof port === 'number' ? port : null }] as const];
  });
  return {
    pid: process.pid,
    started_at: new Date().toISOString(),
    redis_url: redis.urlForUsers ?? redisUrl,
    redis_users: redis.urlForUsers !== undefined,
    redis: redis.describe,
    allow_non_durable_redis: options.allowNonDurableRedis ?? loaded.config.allow_non_durable_redis,
    github_url: url,
    github_simulated: githubSimulated,
    services: Object.fromEntries(services),
  };
}

import { loadConfig } from '@marketops/engine';
import type { Invocation } from '../command.js';
import { allServices } from '../processes/names.js';
import { githubFromEnvironment } from '../processes/real-github.js';
import type { SystemOptions } from '../processes/system-options.js';
import { runSystem } from './run-system.js';

/** After the longest that a worker may wait for: its lease and the request it has sent. */
const marginMs = 5_000;

/**
 * `dev` for production: nothing is simulated, and no Redis is taken that could lose or let in what it should not.
 * @throws CliError `github_token_missing`, `redis_unsafe`; OperatorError `redis_not_durable`
 */
export async function up(
  invocation: Invocation,
  options: Pick<SystemOptions, 'redisPatience' | 'redisSources'> = {},
): Promise<number> {
  const { env, configPath } = invocation;
  const loaded = loadConfig(configPath, env);
  const { apiUrl, uploadUrl, config } = loaded;
  const { lease_ms: leaseMs, request_timeout_ms: requestMs } = config.timing;
  const github = githubFromEnvironment(
    { ...env, GITHUB_API_URL: apiUrl, GITHUB_UPLOAD_URL: uploadUrl },
    config,
  );
  return runSystem(invocation, loaded, {
    ...options,
    services: allServices,
    ...(github === undefined ? {} : { github }),
    safeRedisOnly: true,
    graceMs: leaseMs + requestMs + marginMs,
  });
}

import { loadConfig } from '@marketops/engine';
import type { Invocation } from '../command.js';
import type { DevFlags } from '../commands/dev.js';
import { consoleEnvironment } from '../processes/console-port.js';
import { githubFromEnvironment } from '../processes/real-github.js';
import type { SystemOptions } from '../processes/system-options.js';
import { runSystem } from './run-system.js';

export async function dev(
  invocation: Invocation,
  _args: readonly string[],
  flags: DevFlags,
  options: Pick<SystemOptions, 'redisPatience'> = {},
): Promise<number> {
  const { env, configPath } = invocation;
  // Read before anything is started, so that a fault in it is all that is told.
  const loaded = loadConfig(configPath, env);
  return runSystem(invocation, loaded, {
    environment: await consoleEnvironment(loaded, env),
    ...options,
    github: githubFromEnvironment(env, loaded.config) ?? 'simulated',
    ...(flags.allowNonDurableRedis === true ? { allowNonDurableRedis: true } : {}),
  });
}

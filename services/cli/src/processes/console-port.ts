import { createServer } from 'node:net';
import type { LoadedConfig } from '@marketops/engine';
import { fromEnvironment } from '@marketops/engine/environment';

/**
 * Where the console of a system for trying things out listens: any free port where the configured one is taken, for several may run
 * on one machine. What stands in the environment stays.
 */
export async function consoleEnvironment(
  { config }: Pick<LoadedConfig, 'config'>,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  if (fromEnvironment(env, 'MARKETOPS_CONSOLE_PORT') !== undefined) return {};
  const { host, port } = config.console;
  return (await isFree(host, port)) ? {} : { MARKETOPS_CONSOLE_PORT: '0' };
}

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });

import { ConfigError } from '../errors.js';
import { fromEnvironment } from './environment.js';
import type { MarketOpsConfig } from './schema.js';

/**
 * Where the console listens: as the file says, unless MARKETOPS_CONSOLE_HOST or MARKETOPS_CONSOLE_PORT does. A container listens on addresses of
 * its own, whatever the file of its host says.
 * @throws ConfigError `config_invalid` for a port that is none
 */
export function withConsoleAddress(config: MarketOpsConfig, env: NodeJS.ProcessEnv): MarketOpsConfig {
  const host = fromEnvironment(env, 'MARKETOPS_CONSOLE_HOST') ?? config.console.host;
  const named = fromEnvironment(env, 'MARKETOPS_CONSOLE_PORT');
  const port = named === undefined ? config.console.port : portIn(named);
  return { ...config, console: { ...config.console, host, port } };
}

function portIn(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new ConfigError(
    'config_invalid',
    `MARKETOPS_CONSOLE_PORT is ${JSON.stringify(text.slice(0, 20))}, which is no port`,
    {
      next: 'Set it to a number from 0 to 65535, or unset it.',
    },
  );
}

import { readFileSync, statSync } from 'node:fs';
import { limits } from '@marketops/contracts';
import { ConfigError } from '../errors.js';

/**
 * The text of a file of the configuration, at most 1 MiB of it.
 * @param next what to do where it is no file, or too large
 * @throws ConfigError `config_missing`, `config_invalid`
 */
export function readConfigText(path: string, next: string): string {
  const invalid = (what: string) => new ConfigError('config_invalid', `${path} ${what}`, { next });
  try {
    const stats = statSync(path);
    // Before it is opened: opening a pipe waits for whoever writes into it.
    if (!stats.isFile()) throw invalid('is not a file');
    if (stats.size > limits.requestBytesMax) throw invalid(`is larger than ${limits.requestBytesMax} bytes`);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('config_missing', `${path} cannot be read`, {
      next: 'Run marketops init, or name the file with --config.',
      cause,
    });
  }
}

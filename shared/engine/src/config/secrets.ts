import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../errors.js';
import { fromEnvironment } from './environment.js';

const fileBytesMax = 10_000;

/**
 * A secret from `NAME_FILE` (a path) or `NAME`; a file stands first because environments leak into child processes
 * and crash reports. Empty means unset.
 */
export function readSecret(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const path = fromEnvironment(env, `${name}_FILE`);
  if (path !== undefined) {
    try {
      if (statSync(path).size > fileBytesMax) {
        throw new ConfigError('key_invalid', `${name}_FILE names ${path}, which is too large for a secret`, {
          next: `Correct ${name}_FILE.`,
        });
      }
      return readFileSync(path, 'utf8').trim() || undefined;
    } catch (cause) {
      if (cause instanceof ConfigError) throw cause;
      throw new ConfigError('key_missing', `${name}_FILE names ${path}, which cannot be read`, {
        next: `Correct ${name}_FILE or set ${name}.`,
        cause,
      });
    }
  }
  return fromEnvironment(env, name);
}

import { fromEnvironment } from './environment.js';
import { readSecretFile } from './secret-file.js';

/** Where a secret stands: in the file that `<NAME>_FILE` names, or in the variable `<NAME>`. */
export interface SecretPlace {
  readonly name: string;
  /** Its path; undefined where it stands in the variable. */
  readonly file: string | undefined;
}

/** Whether and where a secret is given; a file stands first. Empty means unset. */
export function secretPlace(env: NodeJS.ProcessEnv, name: string): SecretPlace | undefined {
  const file = fromEnvironment(env, `${name}_FILE`);
  if (file === undefined && fromEnvironment(env, name) === undefined) return undefined;
  return { name, file };
}

/**
 * A secret from `NAME_FILE` (a path) or `NAME`; a file stands first because environments leak into child processes
 * and crash reports. Empty means unset.
 * @throws ConfigError for a file that is missing, readable by others, or no file of a secret
 */
export function readSecret(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const place = secretPlace(env, name);
  if (place?.file === undefined) return fromEnvironment(env, name);
  return readSecretFile(place.file, `${name}_FILE`).text || undefined;
}

import { withCredentials } from '@marketops/store/reading';
import { fromEnvironment } from './environment.js';
import { readSecret } from './secrets.js';

/**
 * REDIS_URL, else `otherwise`, spoken to as REDIS_USERNAME with the password of REDIS_PASSWORD_FILE (or REDIS_PASSWORD).
 * Where neither is set, the URL's own credentials stand; without any URL there is nobody to speak to.
 */
export function redisUrlFrom(env: NodeJS.ProcessEnv, otherwise: string): string {
  const url = fromEnvironment(env, 'REDIS_URL') ?? otherwise;
  const username = fromEnvironment(env, 'REDIS_USERNAME');
  const password = readSecret(env, 'REDIS_PASSWORD');
  if (url === '' || (username === undefined && password === undefined)) return url;
  return withCredentials(url, { username, password });
}

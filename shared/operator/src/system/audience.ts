import type { Audience } from '@marketops/contracts';
import { audienceOf, fromEnvironment, type LoadedConfig } from '@marketops/engine';
import { readSystemFile } from './system-file.js';

/**
 * Where what a person signs here counts: the audience that the services have. A running system may talk to another API
 * than the file says, such as a simulated one; GITHUB_API_URL stands over both.
 */
export function systemAudience(loaded: LoadedConfig, env: NodeJS.ProcessEnv): Audience {
  const running = fromEnvironment(env, 'GITHUB_API_URL') ?? readSystemFile(loaded.dataDir)?.github_url;
  return audienceOf({ config: loaded.config, apiUrl: running ?? loaded.apiUrl });
}

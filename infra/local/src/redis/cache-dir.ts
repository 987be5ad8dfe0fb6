import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root: four folders up, from `src/redis` as well as from `dist/redis`. */
const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

/** Where downloaded servers are kept: `MARKETOPS_CACHE_DIR`, or `.marketops/cache` in the repository. */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return env['MARKETOPS_CACHE_DIR'] || join(REPOSITORY, '.marketops', 'cache');
}

import type { Audience } from '@marketops/contracts';
import type { LoadedConfig } from './load.js';

/** Where this system's receipts count. Federation mints by it and the publisher compares with it. */
export const audienceOf = ({ config, apiUrl }: Pick<LoadedConfig, 'config' | 'apiUrl'>): Audience => ({
  environment: config.environment,
  api_origin: new URL(apiUrl).origin,
  log_origin: config.log_origin,
});

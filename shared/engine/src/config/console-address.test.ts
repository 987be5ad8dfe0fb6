import { describe, expect, it } from 'vitest';
import { withConsoleAddress } from './console-address.js';
import { MarketOpsConfig } from './schema.js';

const config = MarketOpsConfig.parse({
  ...{ version: 1, environment: 'test', issuer: 'test', log_origin: 'test' },
  ...{ principals: {}, accounts: {}, console: { host: '::1', port: 4_000 } },
});

describe('where the console listens', () => {
  it('is what the file says, and what the environment says stands over it; empty is unset', () => {
    expect(withConsoleAddress(config, {}).console).toEqual(config.console);
    expect(withConsoleAddress(config, { MARKETOPS_CONSOLE_HOST: '', MARKETOPS_CONSOLE_PORT: '' })).toEqual(
      config,
    );
    expect(
      withConsoleAddress(config, { MARKETOPS_CONSOLE_HOST: '0.0.0.0', MARKETOPS_CONSOLE_PORT: '0' }).console,
    ).toEqual({ ...config.console, host: '0.0.0.0', port: 0 });
  });

  it.each(['65536', '-1', '80 ', '8e2', 'http', '１'])('is not %j, and that is said', (port) => {
    expect(() => withConsoleAddress(config, { MARKETOPS_CONSOLE_PORT: port })).toThrow(
      /MARKETOPS_CONSOLE_PORT/,
    );
  });
});

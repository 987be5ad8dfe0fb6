import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/engine.js';
import { audienceOf } from './audience.js';
import { MarketOpsConfig } from './schema.js';

describe('the audience of receipts', () => {
  it('given an API under a path, then its origin counts, for federation and publisher alike', () => {
    const config = MarketOpsConfig.parse(testConfig);
    expect(audienceOf({ config, apiUrl: 'https://GitHub.example:8443/api/v3' })).toEqual({
      environment: 'test',
      api_origin: 'https://github.example:8443',
      log_origin: 'marketops.test/log',
    });
  });
});

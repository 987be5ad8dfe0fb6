import { describe, expect, it } from 'vitest';
import { serviceEnvironment } from './environment.js';
import { serviceNames } from './names.js';

const surroundings = {
  configPath: '/ops/marketops.yml',
  dataDir: '/ops/.marketops',
  redisUrl: '/run/redis.sock',
  github: {
    apiUrl: 'https://api.github.com',
    uploadUrl: 'https://uploads.github.com',
    readToken: 'reads',
    writeToken: 'writes',
  },
};
const outside = {
  PATH: '/bin',
  HOME: '/root',
  LANG: 'C',
  NODE_OPTIONS: '--inspect',
  AWS_SECRET_ACCESS_KEY: 'canary',
};
const of = (service: (typeof serviceNames)[number]) => serviceEnvironment(service, surroundings, outside);

describe('serviceEnvironment (law F4)', () => {
  it('gives each service its own keys', () => {
    for (const service of serviceNames) {
      expect(of(service)['MARKETOPS_KEYS_DIR']).toBe(`/ops/.marketops/keys/${service}`);
    }
  });

  it('gives the writing token to the publisher alone, and the reading one to the planner alone', () => {
    const holding = (token: string) =>
      serviceNames.filter((service) => Object.values(of(service)).includes(token));
    expect(holding('writes')).toEqual(['publisher']);
    expect(holding('reads')).toEqual(['planner']);
  });

  it('tells the ledger nothing of GitHub', () => {
    expect(Object.keys(of('ledger')).filter((name) => name.startsWith('GITHUB'))).toEqual([]);
  });

  it('passes on nothing else of the environment outside', () => {
    for (const service of serviceNames) {
      expect(of(service)).not.toHaveProperty('NODE_OPTIONS');
      expect(Object.values(of(service))).not.toContain('canary');
    }
  });
});

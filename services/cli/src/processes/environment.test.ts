import { describe, expect, it } from 'vitest';
import { serviceEnvironment } from './environment.js';
import { serviceNames } from './names.js';

const surroundings = {
  configPath: '/ops/marketops.yml',
  dataDir: '/ops/.marketops',
  redisUrl: '/run/redis.sock',
  redisUsers: true,
  github: {
    apiUrl: 'https://api.github.com',
    uploadUrl: 'https://uploads.github.com',
    readToken: { value: 'reads' },
    writeToken: { value: 'writes' },
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

  it('gives each service its own Redis user, its password as a path', () => {
    for (const service of serviceNames) {
      expect(of(service)).toMatchObject({
        REDIS_URL: '/run/redis.sock',
        REDIS_USERNAME: service,
        REDIS_PASSWORD_FILE: `/ops/.marketops/keys/${service}/redis-password`,
      });
      const without = serviceEnvironment(service, { ...surroundings, redisUsers: false }, outside);
      expect(Object.keys(without).filter((name) => name.startsWith('REDIS'))).toEqual(['REDIS_URL']);
    }
  });

  it('gives the writing token to the publisher alone, and the reading one to the planner alone', () => {
    const holding = (token: string) =>
      serviceNames.filter((service) => Object.values(of(service)).includes(token));
    expect(holding('writes')).toEqual(['publisher']);
    expect(holding('reads')).toEqual(['planner']);
  });

  it('X3: given tokens in files, then each service gets the path of its own, and no token', () => {
    const github = {
      ...surroundings.github,
      readToken: { file: '/run/secrets/read' },
      writeToken: { file: '/run/secrets/write' },
    };
    const given = (service: (typeof serviceNames)[number]) =>
      Object.entries(serviceEnvironment(service, { ...surroundings, github }, outside)).filter(([name]) =>
        name.includes('TOKEN'),
      );
    expect(given('planner')).toEqual([['GITHUB_READ_TOKEN_FILE', '/run/secrets/read']]);
    expect(given('publisher')).toEqual([['GITHUB_TOKEN_FILE', '/run/secrets/write']]);
    expect([...given('ledger'), ...given('federation')]).toEqual([]);
  });

  it('F4: given secrets that accounts name, then each goes to its own service, under its name', () => {
    const github = {
      ...{ apiUrl: 'https://api.github.com', uploadUrl: 'https://uploads.github.com' },
      secrets: {
        planner: { ACME_READ: { file: '/run/secrets/acme-read' } },
        publisher: { ACME_WRITE: { value: 'writes' } },
      },
    };
    const given = (service: (typeof serviceNames)[number]) =>
      Object.entries(serviceEnvironment(service, { ...surroundings, github }, outside)).filter(([name]) =>
        /ACME|TOKEN/.test(name),
      );
    expect(given('planner')).toEqual([['ACME_READ_FILE', '/run/secrets/acme-read']]);
    expect(given('publisher')).toEqual([['ACME_WRITE', 'writes']]);
    expect([...given('ledger'), ...given('federation')]).toEqual([]);
  });

  it('passes on how much to log and whom to trust over TLS, where they are set', () => {
    const asked = { MARKETOPS_LOG_LEVEL: 'debug', NODE_EXTRA_CA_CERTS: '/etc/ca.pem' };
    for (const service of serviceNames) {
      expect(serviceEnvironment(service, surroundings, { ...outside, ...asked })).toMatchObject(asked);
      const empty = serviceEnvironment(service, surroundings, { ...outside, MARKETOPS_LOG_LEVEL: '' });
      expect(empty).not.toHaveProperty('MARKETOPS_LOG_LEVEL');
    }
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

import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { serviceEnvironment } from '@marketops/cli';
import { keysOfService, loadConfig } from '@marketops/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Container, containerOf, readCompose, root, workers } from './compose.js';
import { type Prepared, prepared } from './prepared.js';

/** What a service may say, of the Compose specification; a misspelt key would be a fence that is not there. */
const known = [
  ...[
    'build',
    'cap_drop',
    'command',
    'depends_on',
    'entrypoint',
    'environment',
    'healthcheck',
    'image',
    'init',
  ],
  ...[
    'logging',
    'networks',
    'pids_limit',
    'ports',
    'profiles',
    'read_only',
    'restart',
    'secrets',
    'security_opt',
  ],
  ...['stop_grace_period', 'user', 'volumes', 'working_dir'],
];
const dataDir = '/var/lib/marketops';

describe('docker-compose.yml', () => {
  let the: Prepared;
  const of = (name: string): Container => containerOf(the.compose, name);
  const services = [...workers, 'console'] as const;
  const names = ['redis', ...services, 'marketops'];
  beforeAll(() => {
    the = prepared();
  });
  afterAll(() => the.remove());

  it('has Redis, the services, the console and the command, and every key is one that Compose knows', () => {
    expect(Object.keys(the.compose.services).sort()).toEqual([...names].sort());
    for (const name of names) {
      expect(Object.keys(of(name)).filter((key) => !known.includes(key))).toEqual([]);
    }
  });

  it('says what is missing when it has not been prepared', () => {
    expect(() => readCompose({})).toThrow(/MARKETOPS_\w+ is not set: run infra\/docker\/prepare.mjs/);
    for (const name of Object.keys(the.variables)) {
      expect(() => readCompose({ ...the.variables, [name]: '' }), name).toThrow(`${name} is not set`);
    }
  });

  it('F4: confines every container: no root, no capability, a root file system that cannot be written, nothing published but the console on loopback', () => {
    for (const name of names) {
      expect(of(name), name).toMatchObject({
        user: `${the.variables['MARKETOPS_UID']}:${the.variables['MARKETOPS_GID']}`,
        init: true,
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect(of(name)['ports']).toEqual(name === 'console' ? ['127.0.0.1:8080:8080'] : undefined);
      expect(of(name)).not.toHaveProperty('privileged');
    }
  });

  it('F4: mounts only what is there, and lets each write only its own data', () => {
    const writes: Record<string, string[]> = {};
    for (const name of names) {
      for (const mount of of(name).volumes) {
        expect(mount.bind).toEqual({ create_host_path: false });
        const source = mount.source.startsWith('./') ? join(root, mount.source) : mount.source;
        expect(existsSync(source), `${name}: ${source}`).toBe(true);
        if (mount.read_only !== true) writes[mount.target] = [...(writes[mount.target] ?? []), name];
      }
    }
    expect(writes).toEqual({
      '/data': ['redis'],
      [`${dataDir}/ledger`]: ['ledger'],
      [`${dataDir}/blobs`]: ['planner'],
      [`${dataDir}/blob-keys`]: ['planner'],
      [`${dataDir}/publisher`]: ['publisher'],
      [`${dataDir}/ledger/index`]: ['console', 'marketops'],
      [`${dataDir}/console`]: ['console', 'marketops'],
      [`${dataDir}/pins`]: ['console', 'marketops'],
    });
  });

  it('F4: gives each service its own keys, exactly those it must have, and nobody those of another', () => {
    const keys = join(the.dir, '.marketops/keys');
    for (const [name, service] of [
      ...services.map((each) => [each, each]),
      ['marketops', 'console'],
    ] as const) {
      const own = join(keys, service);
      const secret = of(name).volumes.filter(({ source }) => source.startsWith(keys));
      expect(secret).toMatchObject([{ source: own, target: `${dataDir}/keys/${service}`, read_only: true }]);
      const files = (keysOfService[service] ?? []).map((file) => `${file}.json`);
      expect(readdirSync(own).sort()).toEqual([...files, 'redis-password'].sort());
      // Nothing that is mounted contains the keys of another.
      for (const { source } of of(name).volumes) {
        if (source === own || source.startsWith('./')) continue;
        expect(`${realpathSync(keys)}/`.startsWith(`${realpathSync(source)}/`), `${name}: ${source}`).toBe(
          false,
        );
      }
    }
    expect(of('redis').volumes.filter(({ source }) => source.startsWith(keys))).toEqual([]);
    const tokens = names.flatMap((name) => (of(name).secrets ?? []).map((secret) => [name, secret]));
    expect(tokens).toEqual([
      ['planner', 'github-read-token'],
      ['publisher', 'github-write-token'],
    ]);
  });

  it('X3: gives each service the environment that `marketops dev` gives it, with the secrets as files', () => {
    const github = {
      apiUrl: 'https://github.example/api',
      uploadUrl: 'https://github.example/uploads',
      readToken: { file: '/run/secrets/github-read-token' },
      writeToken: { file: '/run/secrets/github-write-token' },
    };
    const surroundings = {
      configPath: '/etc/marketops/marketops.yml',
      dataDir,
      redisUrl: 'redis://redis:6379',
      redisUsers: true,
      github,
    };
    const compose = readCompose({
      ...the.variables,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_UPLOAD_URL: github.uploadUrl,
    });
    for (const name of workers) {
      const { MARKETOPS_HEALTH_PORT, ...inDev } = serviceEnvironment(name, surroundings, {
        MARKETOPS_LOG_LEVEL: 'info',
      });
      const { MARKETOPS_HEALTH_PORT: port, ...here } = containerOf(compose, name).environment ?? {};
      expect(here, name).toEqual(inDev);
      expect([MARKETOPS_HEALTH_PORT, port]).toEqual(['0', '8080']);
    }
  });

  it('F4: lets planner and publisher reach the outside; only the console is beside them on a network that is not closed', () => {
    const open = Object.keys(the.compose.networks).filter(
      (name) => the.compose.networks[name]?.internal !== true,
    );
    expect(open).toEqual(['outside', 'front']);
    const on = (network: string) => names.filter((name) => of(name).networks.includes(network));
    expect(on('outside')).toEqual(['planner', 'publisher']);
    expect(on('front')).toEqual(['console']);
    expect(names.filter((name) => of(name).networks.includes('upstream'))).toEqual(['redis']);
  });

  it('stops no worker before it can have finished, and Redis and the ledger last', () => {
    const { timing } = loadConfig(join(the.dir, 'marketops.yml'), {}).config;
    const graceMs = (name: string) =>
      Number(/^(\d+)s$/.exec(String(of(name)['stop_grace_period']))?.[1]) * 1_000;
    for (const name of services) {
      expect(graceMs(name)).toBeGreaterThan(timing.lease_ms + timing.request_timeout_ms + 2_000);
      expect(of(name)['restart']).toBe('unless-stopped');
    }
    expect(of('ledger').depends_on).toEqual({ redis: { condition: 'service_healthy' } });
    for (const name of ['planner', 'federation', 'publisher', 'console']) {
      expect(of(name).depends_on, name).toEqual({ ledger: { condition: 'service_healthy' } });
    }
  });

  it('names images by a version, never by a tag that moves', () => {
    const dockerfile = readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8');
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image);
    expect(bases.length).toBe(2);
    for (const image of [...bases, of('redis').image])
      expect(image).toMatch(/^[a-z]+:\d+\.\d+\.\d+-[a-z-]+$/);
  });
});

describe('infra/docker/prepare.mjs', () => {
  it('given a folder of marketops init, then it makes what is mounted for its owner alone, and twice is once', () => {
    const the = prepared();
    try {
      const keyring = join(the.dir, '.marketops/keyring.json');
      const before = readFileSync(keyring, 'utf8');
      expect(realpathSync(keyring)).toBe(join(realpathSync(the.dir), '.marketops/public/keyring.json'));
      expect(the.again()).toContain('a token is still to be put into');
      expect(readFileSync(keyring, 'utf8')).toBe(before);
      const { uid, gid } = statSync(join(the.dir, '.marketops/keys'));
      expect(the.variables).toMatchObject({ MARKETOPS_UID: String(uid), MARKETOPS_GID: String(gid) });
      for (const name of [
        '',
        'redis',
        'ledger',
        'blobs',
        'blob-keys',
        'publisher',
        'console',
        'github-token',
        'github-read-token',
      ])
        expect(statSync(join(the.dir, '.marketops/compose', name)).mode & 0o077, name).toBe(0);
      expect(loadConfig(join(the.dir, 'marketops.yml'), {}).keyring.keys.length).toBeGreaterThan(0);
    } finally {
      the.remove();
    }
  });
});

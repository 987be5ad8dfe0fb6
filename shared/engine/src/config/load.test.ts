import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError } from '../errors.js';
import { testConfig } from '../testing/index.js';
import { initialize } from './init.js';
import { loadConfig } from './load.js';
import { redisUrlFrom } from './redis-url.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-config-'));
  path = join(folder, 'marketops.yml');
  initialize({ configPath: path, config: testConfig, now: new Date() });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (value: unknown) => writeFileSync(path, typeof value === 'string' ? value : stringify(value));
const load = (env: NodeJS.ProcessEnv = {}) => loadConfig(path, env);
const refusal = (env: NodeJS.ProcessEnv = {}): ConfigError => {
  try {
    load(env);
  } catch (fault) {
    if (fault instanceof ConfigError) return fault;
    throw fault;
  }
  return expect.fail('it was accepted');
};

describe('a configuration', () => {
  it('given what init writes, then it loads, with every default filled in', () => {
    const loaded = load();
    expect(loaded.config.timing.receipt_ttl_ms).toBe(3_600_000);
    expect(loaded.tuning).toMatchObject({ attempts: 4, backoffMs: 2_000, concurrency: 64, lockMs: 30_000 });
    expect(loaded).toMatchObject({
      root: folder,
      dataDir: join(folder, '.marketops'),
      apiUrl: 'https://api.github.com',
    });
    expect(loaded.keyring.keys).toHaveLength(8);
  });

  it('given several faults, then all of them are told at once, each with its place', () => {
    write({
      ...testConfig,
      version: 2,
      environment: 'Prod!',
      surprise: true,
      timing: { backoff_ms: 1, nap_ms: 5 },
    });
    const { code, faults, message, next } = refusal();
    expect(code).toBe('config_invalid');
    expect(faults.map((fault) => fault.path)).toEqual(
      expect.arrayContaining(['version', 'environment', 'timing.backoff_ms', 'timing', '']),
    );
    for (const word of ['surprise', 'nap_ms']) expect(message).toContain(word);
    expect(next.length).toBeGreaterThan(0);
  });

  it.each([
    ['nothing is there', undefined, 'config_missing'],
    ['it is no YAML', 'a: [', 'config_invalid'],
    ['a key stands twice', `${stringify(testConfig)}version: 1\n`, 'config_invalid'],
    ['it is a list', '[]', 'config_invalid'],
    ['it is empty', '', 'config_invalid'],
    ['it has two documents', `${stringify(testConfig)}---\n${stringify(testConfig)}`, 'config_invalid'],
    ['an alias has no anchor', `${stringify(testConfig)}x: *nowhere\n`, 'config_invalid'],
    [
      'it is larger than a megabyte',
      `${stringify(testConfig)}# ${'x'.repeat(1_048_576)}\n`,
      'config_invalid',
    ],
    [
      'a mode is not exact',
      { ...testConfig, principals: { ci: { tenants: ['acme'], modes: ['PROD'] } } },
      'config_invalid',
    ],
    ['it has the allow-list of old', { ...testConfig, policy: {} }, 'config_invalid'],
    [
      'the publisher’s fence names a repository without owner',
      { ...testConfig, publisher: { accounts: { acme: { repositories: ['*'] } } } },
      'config_invalid',
    ],
    [
      'the publisher’s fence is for a kind there is not',
      { ...testConfig, publisher: { accounts: { acme: { kinds: ['send_mail'] } } } },
      'config_invalid',
    ],
    [
      'a receipt would live for longer than a day',
      { ...testConfig, timing: { receipt_ttl_ms: 86_400_001 } },
      'config_invalid',
    ],
    ['it asks for a mode', { ...testConfig, mode: 'prod' }, 'config_invalid'],
  ])('given %s, then it is refused with a code', (_what, value, code) => {
    if (value === undefined) rmSync(path);
    else write(value);
    expect(refusal()).toMatchObject({ code, retry: 'terminal' });
  });

  it('given aliases that would unfold without end, then it is refused before they do', () => {
    const levels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const lines = levels.map((level, at) => {
      const items = at === 0 ? '"lol"' : Array.from({ length: 9 }, () => `*${levels[at - 1]}`).join(', ');
      return `${level}: &${level} [${items}]`;
    });
    write(lines.join('\n'));
    expect(refusal().code).toBe('config_invalid');
  });

  it('given no keyring, or one that is not one, then the file is named', () => {
    const keyring = join(folder, '.marketops/keyring.json');
    writeFileSync(keyring, '{"version":1}');
    expect(refusal()).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('keyring.json'),
    });
    rmSync(keyring);
    expect(refusal()).toMatchObject({
      code: 'config_missing',
      message: expect.stringContaining('keyring.json'),
    });
  });
});

describe('the environment', () => {
  it('given it names Redis, GitHub and the data folder, then it stands over the file', () => {
    initialize({ configPath: join(folder, 'second/marketops.yml'), config: testConfig, now: new Date() });
    const loaded = load({
      REDIS_URL: 'redis://elsewhere:1',
      GITHUB_API_URL: 'https://github.test/api',
      GITHUB_UPLOAD_URL: 'https://uploads.github.test',
      MARKETOPS_DATA_DIR: 'second/.marketops',
    });
    expect(loaded).toMatchObject({
      redisUrl: 'redis://elsewhere:1',
      apiUrl: 'https://github.test/api',
      uploadUrl: 'https://uploads.github.test',
      dataDir: join(folder, 'second/.marketops'),
    });
  });

  it('given a Redis user, then Redis is spoken to as that user, wherever it is', () => {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'p@ss\n', { mode: 0o600 });
    const user = { REDIS_USERNAME: 'planner', REDIS_PASSWORD_FILE: passwordFile };
    expect(load(user).redisUrl).toBe('redis://planner:p%40ss@127.0.0.1:6379');
    expect(load({ ...user, REDIS_URL: '/run/redis.sock' }).redisUrl).toBe(
      '/run/redis.sock?username=planner&password=p%40ss',
    );
    expect(redisUrlFrom(user, '')).toBe('');
    expect(() => load({ ...user, REDIS_PASSWORD_FILE: join(folder, 'none') })).toThrowError(
      expect.objectContaining({ code: 'key_missing' }),
    );
  });

  it('given a variable is empty, then it is unset', () => {
    const empty = { REDIS_URL: '', GITHUB_API_URL: '', GITHUB_UPLOAD_URL: '', MARKETOPS_DATA_DIR: '' };
    expect(load(empty)).toEqual(load({}));
  });

  it('D3: given it asks for a mode under any name, then nothing of what is loaded changes', () => {
    const asked = {
      MODE: 'prod',
      MARKETOPS_MODE: 'prod',
      DRY_RUN: 'false',
      CI: 'true',
      NODE_ENV: 'production',
    };
    expect(load(asked)).toEqual(load({}));
  });
});

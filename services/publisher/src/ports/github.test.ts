import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type LoadedConfig, MarketOpsConfig } from '@marketops/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { githubOverHttp } from './github.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-token-'));
  writeFileSync(join(folder, 'token'), 'ghp_from_a_file\n', { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const config = MarketOpsConfig.parse({
  ...{ version: 1, environment: 'test', issuer: 'marketops-test', log_origin: 'log.test' },
  ...{ principals: {}, accounts: { acme: {}, 'glob-ex': {} }, policy: {} },
});
const loaded = { config, apiUrl: 'https://api.github.com', uploadUrl: undefined } as LoadedConfig;
const controls = { beforeWrite: () => Promise.resolve(), signal: new AbortController().signal };

describe('tokens', () => {
  it('no start without a token for every account', () => {
    expect(() => githubOverHttp(loaded, {})).toThrow(ConfigError);
    expect(() => githubOverHttp(loaded, { GITHUB_TOKEN: '' })).toThrow(/acme has no GitHub token/);
    expect(() => githubOverHttp(loaded, { GITHUB_TOKEN_ACME: 'ghp_only_acme' })).toThrow(/glob-ex/);
  });
  it.each([
    { GITHUB_TOKEN: 'ghp_for_all' },
    { GITHUB_TOKEN_ACME: 'ghp_acme', GITHUB_TOKEN_GLOB_EX: 'ghp_globex' },
  ])('from the environment: %j', (env) => {
    expect(githubOverHttp(loaded, env)('Acme', controls)).toHaveProperty('createRelease');
  });
  it('from a file', () => {
    const github = githubOverHttp(loaded, { GITHUB_TOKEN_FILE: join(folder, 'token') });
    expect(github('glob-ex', controls)).toHaveProperty('createRelease');
    expect(() => githubOverHttp(loaded, { GITHUB_TOKEN_FILE: join(folder, 'nothing') })).toThrow(ConfigError);
  });
  it('X3: no client for an account outside the configuration, and no token in what is thrown', () => {
    const github = githubOverHttp(loaded, { GITHUB_TOKEN: 'ghp_canary' });
    expect(() => github('somebody', controls)).toThrow(ConfigError);
    expect(JSON.stringify(github)).toBeUndefined();
    expect(() => githubOverHttp(loaded, { GITHUB_TOKEN_ACME: 'ghp_canary' })).toThrow(/^(?!.*canary)/);
  });
});

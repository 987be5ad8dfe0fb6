import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type LoadedConfig, MarketOpsConfig, uploadUrlFor } from '@marketops/engine';
import { startSimulatedGitHub } from '@marketops/local';
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
  ...{ principals: {}, accounts: { acme: {}, 'glob-ex': {} } },
});
const loaded = {
  config,
  apiUrl: 'https://api.github.com',
  uploadUrl: 'https://uploads.github.com',
} as LoadedConfig;
const controls = { beforeWrite: () => Promise.resolve(), signal: new AbortController().signal };

describe('tokens', () => {
  it('no start without a token', () => {
    expect(() => githubOverHttp(loaded, {})).toThrow(ConfigError);
    expect(() => githubOverHttp(loaded, { GITHUB_TOKEN: '' })).toThrow(/acme has no GitHub token/);
  });
  it('from the environment, one for every account, whatever the case of its name', () => {
    const github = githubOverHttp(loaded, { GITHUB_TOKEN: 'ghp_for_all' });
    for (const account of ['Acme', 'glob-ex']) {
      expect(github(account, controls)).toHaveProperty('createRelease');
    }
  });
  it('a variable that bears the name of an account is no token', () => {
    expect(() => githubOverHttp(loaded, { GITHUB_TOKEN_ACME: 'ghp_only_acme' })).toThrow(ConfigError);
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

describe('a GitHub Enterprise Server', () => {
  it('X3: given its API below /api/v3, then assets go to /api/uploads, and nothing anywhere else', async () => {
    const server = await startSimulatedGitHub({
      ...{ enterprise: true, tokens: ['ghp_canary'] },
      seed: [{ owner: 'acme', name: 'widgets', branches: [{ name: 'main', commits: ['one'] }] }],
    });
    const enterprise = { ...loaded, apiUrl: server.url, uploadUrl: uploadUrlFor(server.url) };
    const client = githubOverHttp(enterprise, { GITHUB_TOKEN: 'ghp_canary' })('acme', controls);
    const { owner, name } = await client.getRepository('acme', 'widgets');
    const commit = (await client.resolveCommit({ owner, name }, 'main')) ?? '';
    const release = await client.createRelease(
      { owner, name },
      {
        ...{ tagName: 'v1', targetCommitish: commit, name: 'One', body: '', draft: true, prerelease: false },
        makeLatest: 'true',
      },
    );
    const path = join(folder, 'asset');
    writeFileSync(path, 'bytes');
    const sha256 = createHash('sha256').update('bytes').digest('hex');
    const file = { name: 'tool', path, sizeBytes: 5, sha256, contentType: 'application/gzip' };
    expect(await client.uploadAsset({ owner, name }, release.id, file)).toMatchObject({ sha256 });
    expect(enterprise.uploadUrl).toBe(server.url.replace(/v3$/, 'uploads'));
    expect(server.requests.entries.map(({ status }) => status)).toEqual([200, 200, 201, 201]);
    await server.stop();
  });
});

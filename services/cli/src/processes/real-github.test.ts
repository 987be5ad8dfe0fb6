import { chmodSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/temporary-folder.js';
import { githubFromEnvironment } from './real-github.js';

const folder = temporaryFolders();
const apiUrl = 'https://api.github.com';

function secretFile(text: string): string {
  const path = join(folder(), 'token');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

describe('githubFromEnvironment', () => {
  it('X3: given tokens in files, then it answers the files, found from anywhere, and never what is in them', () => {
    const [read, write] = [secretFile('canary-read\n'), secretFile('canary-write\n')];
    const access = githubFromEnvironment({
      GITHUB_API_URL: apiUrl,
      GITHUB_READ_TOKEN_FILE: relative(process.cwd(), read),
      GITHUB_TOKEN_FILE: write,
      // The file stands first, as in the services.
      GITHUB_TOKEN: 'canary-variable',
    });
    expect(access).toMatchObject({ readToken: { file: read }, writeToken: { file: write } });
    expect(JSON.stringify(access)).not.toContain('canary');
  });

  it('given tokens in variables, then it answers their values', () => {
    const env = { GITHUB_API_URL: apiUrl, GITHUB_TOKEN: 'writes', GITHUB_READ_TOKEN: 'reads' };
    expect(githubFromEnvironment(env)).toEqual({
      apiUrl,
      uploadUrl: 'https://uploads.github.com',
      readToken: { value: 'reads' },
      writeToken: { value: 'writes' },
    });
  });

  it.each([
    ['a token is missing', () => ({ GITHUB_TOKEN: 'writes' }), 'github_token_missing'],
    [
      'a file is empty',
      () => ({ GITHUB_TOKEN: 'writes', GITHUB_READ_TOKEN_FILE: secretFile('\n') }),
      'github_token_missing',
    ],
    [
      'a file is not there',
      () => ({ GITHUB_TOKEN: 'writes', GITHUB_READ_TOKEN_FILE: '/nowhere' }),
      'key_missing',
    ],
  ])('given %s, then it is refused before anything starts', (_what, env, code) => {
    expect(() => githubFromEnvironment({ GITHUB_API_URL: apiUrl, ...env() })).toThrowError(
      expect.objectContaining({ code }),
    );
  });

  it('given no API, or an empty one, then there is no real GitHub', () => {
    expect(githubFromEnvironment({ GITHUB_TOKEN: 'writes' })).toBeUndefined();
    expect(githubFromEnvironment({ GITHUB_API_URL: '' })).toBeUndefined();
  });

  const accounts = {
    acme: {},
    contoso: { credential: { token: 'CONTOSO_TOKEN', read_token: 'CONTOSO_READ' } },
    fabrikam: {
      credential: {
        app: { app_id: 1, private_key: 'FABRIKAM_KEY', workflows: false },
        read_app: { app_id: 2, private_key: 'FABRIKAM_READ_KEY' },
      },
    },
  };
  const all = () => ({
    ...{ GITHUB_API_URL: apiUrl, GITHUB_TOKEN: 'writes', GITHUB_READ_TOKEN: 'reads' },
    ...{ CONTOSO_TOKEN_FILE: secretFile('canary'), CONTOSO_READ: 'reads-contoso' },
    ...{ FABRIKAM_KEY: 'key', FABRIKAM_READ_KEY: 'read-key' },
  });

  it('F4: given accounts with credentials of their own, then each service’s are told apart', () => {
    const env = all();
    expect(githubFromEnvironment(env, { accounts })).toMatchObject({
      readToken: { value: 'reads' },
      writeToken: { value: 'writes' },
      secrets: {
        planner: { CONTOSO_READ: { value: 'reads-contoso' }, FABRIKAM_READ_KEY: { value: 'read-key' } },
        publisher: { CONTOSO_TOKEN: { file: env.CONTOSO_TOKEN_FILE }, FABRIKAM_KEY: { value: 'key' } },
      },
    });
    const { contoso } = accounts;
    const alone = githubFromEnvironment({ ...env, GITHUB_TOKEN: '' }, { accounts: { contoso } });
    expect(alone).not.toHaveProperty('writeToken');
    // For forks that belong to no account.
    expect(alone).toHaveProperty('readToken');
  });

  it.each(['GITHUB_TOKEN', 'GITHUB_READ_TOKEN', 'CONTOSO_READ', 'FABRIKAM_KEY', 'FABRIKAM_READ_KEY'])(
    'given %s is missing, then it is named before anything starts',
    (name) => {
      expect(() => githubFromEnvironment({ ...all(), [name]: '' }, { accounts })).toThrowError(
        expect.objectContaining({ code: 'github_token_missing', message: expect.stringContaining(name) }),
      );
    },
  );

  it('X3: given a token that others can read, then it is refused before anything starts', () => {
    const path = secretFile('canary');
    chmodSync(path, 0o644);
    expect(() => githubFromEnvironment({ ...all(), GITHUB_TOKEN_FILE: path })).toThrowError(
      expect.objectContaining({ code: 'key_exposed' }),
    );
  });

  it.each([
    ['https://github.example/api/v3', 'https://github.example/api/uploads'],
    ['https://api.octocorp.ghe.com', 'https://uploads.octocorp.ghe.com'],
  ])('given %s, then assets go to %s', (GITHUB_API_URL, uploadUrl) => {
    expect(githubFromEnvironment({ ...all(), GITHUB_API_URL })).toMatchObject({ uploadUrl });
  });
});

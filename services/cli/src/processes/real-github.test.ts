import { writeFileSync } from 'node:fs';
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
});

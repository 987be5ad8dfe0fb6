import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSecret } from './secrets.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = (text: string) => {
  const path = join(folder, 'token');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};

describe('a secret', () => {
  it('given a file and a variable, then the file stands first, without its last newline', () => {
    expect(readSecret({ TOKEN_FILE: file('from-file\n'), TOKEN: 'from-env' }, 'TOKEN')).toBe('from-file');
  });

  it('given a variable alone, then it is read', () => {
    expect(readSecret({ TOKEN: 'from-env', TOKEN_FILE: '' }, 'TOKEN')).toBe('from-env');
  });

  it.each([
    ['nothing', () => ({})],
    ['an empty variable', () => ({ TOKEN: '' })],
    ['an empty file', () => ({ TOKEN_FILE: file('\n') })],
  ])('given %s, then it is unset, never an empty secret', (_what, env) => {
    expect(readSecret(env(), 'TOKEN')).toBeUndefined();
  });

  it('given a file that is not there, then it is refused rather than passed over', () => {
    const env = { TOKEN_FILE: join(folder, 'none'), TOKEN: 'from-env' };
    expect(() => readSecret(env, 'TOKEN')).toThrowError(expect.objectContaining({ code: 'key_missing' }));
  });

  it('given a file that is too large for a secret, then it is refused', () => {
    expect(() => readSecret({ TOKEN_FILE: file('x'.repeat(10_001)) }, 'TOKEN')).toThrowError(
      expect.objectContaining({ code: 'key_invalid' }),
    );
  });

  it.each([0o640, 0o604, 0o660, 0o777])(
    'given a file of mode %o, then it is refused: others can read it',
    (mode) => {
      const path = file('canary');
      chmodSync(path, mode);
      expect(() => readSecret({ TOKEN_FILE: path }, 'TOKEN')).toThrowError(
        expect.objectContaining({
          code: 'key_exposed',
          next: expect.stringContaining(`chmod 600 ${path}`),
          message: expect.not.stringContaining('canary'),
        }),
      );
    },
  );

  it('given a link, as mounted secrets are, then what it leads to counts', () => {
    const path = join(folder, 'link');
    symlinkSync(file('from-file'), path);
    expect(readSecret({ TOKEN_FILE: path }, 'TOKEN')).toBe('from-file');
    chmodSync(join(folder, 'token'), 0o644);
    expect(() => readSecret({ TOKEN_FILE: path }, 'TOKEN')).toThrowError(
      expect.objectContaining({ code: 'key_exposed' }),
    );
  });

  it.each([
    ['a folder', () => folder],
    ['a pipe that nobody writes into', () => pipe()],
  ])('given %s, then it is refused at once', (_what, path) => {
    expect(() => readSecret({ TOKEN_FILE: path() }, 'TOKEN')).toThrowError(
      expect.objectContaining({ code: expect.stringMatching(/key_(invalid|exposed)/) }),
    );
  });
});

function pipe(): string {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', ['-m', '600', path]);
  return path;
}

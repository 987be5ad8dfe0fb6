import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  writeFileSync(path, text);
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
});

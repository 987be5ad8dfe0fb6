import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPolicyDirectory, readPolicyDirectory } from './node.js';
import { testPolicyFiles, writePolicyDirectory } from './testing/index.js';
import { question } from './testing/questions.js';

const root = mkdtempSync(join(tmpdir(), 'marketops-policies-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const folder = (files = testPolicyFiles): string => {
  count += 1;
  const path = join(root, String(count));
  writePolicyDirectory(path, files);
  return path;
};

describe('loadPolicyDirectory', () => {
  it('given a folder, then its *.cedar files are in force and nothing else is looked at', () => {
    const path = folder();
    writeFileSync(join(path, 'README.md'), 'permit all');
    writeFileSync(join(path, 'a.test.yml'), 'cases: []');
    mkdirSync(join(path, 'old'));
    const set = loadPolicyDirectory(path);
    expect(set.policies.map(({ id }) => id)).toEqual(['acme']);
    expect(set.decide(question())).toEqual({ allowed: true, policies: ['acme'] });
    expect(readPolicyDirectory(path)).toEqual(testPolicyFiles);
  });

  it('given a folder reached through links, as a mounted configuration is, then it is read', () => {
    const path = folder({});
    symlinkSync(join(folder(), 'acme.cedar'), join(path, 'acme.cedar'));
    expect(loadPolicyDirectory(path).policies).toHaveLength(1);
  });

  it.each([
    ['no folder', () => join(root, 'nowhere'), 'policy_unreadable'],
    ['an empty folder', () => folder({}), 'policy_missing'],
    ['a file in place of the folder', () => join(folder(), 'acme.cedar'), 'policy_unreadable'],
    ['a file that is too large', () => folder({ 'a.cedar': ' '.repeat(300_000) }), 'policy_too_large'],
    ['text that is not Cedar', () => folder({ 'a.cedar': 'permit' }), 'policy_malformed'],
    [
      'a folder called *.cedar',
      () => {
        const path = folder();
        mkdirSync(join(path, 'b.cedar'));
        return path;
      },
      'policy_unreadable',
    ],
    [
      'bytes that are no UTF-8',
      () => {
        const path = folder();
        writeFileSync(join(path, 'b.cedar'), Buffer.from([0x2f, 0x2f, 0xff, 0xfe]));
        return path;
      },
      'policy_unreadable',
    ],
    [
      'a link to nowhere',
      () => {
        const path = folder();
        symlinkSync(join(root, 'nowhere'), join(path, 'b.cedar'));
        return path;
      },
      'policy_unreadable',
    ],
    [
      'more files than there may be',
      () => folder(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`${n}.cedar`, '// none']))),
      'policy_too_large',
    ],
  ])('given %s, then it refuses', (_what, path, code) => {
    const at = path();
    expect(() => loadPolicyDirectory(at)).toThrow(expect.objectContaining({ code }));
  });
});

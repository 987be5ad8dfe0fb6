import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileBlobs } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Artifacts, openArtifacts } from './artifacts.js';

let folder: string;
let root: string;
let artifacts: Artifacts;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-artifacts-'));
  root = join(folder, 'artifacts');
  mkdirSync(join(root, 'dist'), { recursive: true });
  mkdirSync(join(folder, 'artifacts-of-others'));
  writeFileSync(join(folder, 'secret'), 'secret');
  writeFileSync(join(folder, 'artifacts-of-others/secret'), 'secret');
  writeFileSync(join(root, 'dist/a.tgz'), 'bytes');
  writeFileSync(join(root, 'notes.md'), 'Line one\r\nLine two\n');
  artifacts = openArtifacts(openFileBlobs(join(folder, 'blobs')), root);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A symbolic link below the root, and the path to ask for. */
const linked = (name: string, to: string, path = name): string => {
  symlinkSync(to, join(root, name));
  return path;
};
const copied = () => readdirSync(folder).includes('blobs');

describe('an artifact', () => {
  it('given a file below the root, then it is copied, sized and hashed', async () => {
    const sha256 = createHash('sha256').update('bytes').digest('hex');
    expect(await artifacts.take('dist/a.tgz')).toEqual({ sha256, size_bytes: 5 });
    const kept = await openFileBlobs(join(folder, 'blobs')).read(`sha256:${sha256}`, 5);
    expect(new TextDecoder().decode(kept)).toBe('bytes');
  });

  it('X3: given a root so wide that it holds our own keys, then they are no artifacts, by a link neither', async () => {
    const keys = join(root, '.marketops/keys');
    mkdirSync(keys, { recursive: true });
    writeFileSync(join(keys, 'actor.json'), 'secret');
    const wide = openArtifacts(openFileBlobs(join(folder, 'blobs')), root, join(root, '.marketops'));
    symlinkSync('.marketops/keys/actor.json', join(root, 'innocent.json'));
    for (const path of ['.marketops/keys/actor.json', 'innocent.json']) {
      expect(await wide.take(path)).toEqual({ fault: `${path} belongs to MarketOps itself` });
      expect(await wide.text(path)).toEqual({ fault: `${path} belongs to MarketOps itself` });
    }
    expect(await wide.take('dist/a.tgz')).toMatchObject({ size_bytes: 5 });
  });

  it('given a link that stays below the root, then it is followed', async () => {
    symlinkSync('dist/a.tgz', join(root, 'latest.tgz'));
    expect(await artifacts.take('latest.tgz')).toMatchObject({ size_bytes: 5 });
  });

  it.each([
    ['the way up', () => '../secret', 'leads out'],
    ['the way up and down again', () => 'dist/../../secret', 'leads out'],
    ['a folder beside it whose name begins alike', () => '../artifacts-of-others/secret', 'leads out'],
    ['a link out of the root', () => linked('link', join(folder, 'secret')), 'leads out'],
    ['a linked folder out of the root', () => linked('up', folder, 'up/secret'), 'leads out'],
    ['a link that leads nowhere', () => linked('dangling', 'nowhere'), 'cannot be read'],
    ['a circle of links', () => linked('round', 'round'), 'cannot be read'],
    ['an absolute path', () => '/etc/passwd', 'cannot be read'],
    ['the root itself', () => '.', 'leads out'],
    ['a folder', () => 'dist', 'is not a file'],
    ['a file that is not there', () => 'dist/b.tgz', 'cannot be read'],
    ['a name with a zero byte', () => 'dist/a.tgz\0.txt', 'cannot be read'],
  ])(
    'given %s, then it does not exist for the planner, and nothing is copied',
    async (_what, make, reason) => {
      const path = make();
      for (const answer of [await artifacts.take(path), await artifacts.text(path)]) {
        expect(answer).toEqual({ fault: expect.stringContaining(reason) });
        expect(JSON.stringify(answer)).not.toContain(folder);
      }
      expect(copied()).toBe(false);
    },
  );

  it('given a principal without a root, then it may name no files', async () => {
    const none = openArtifacts(openFileBlobs(join(folder, 'blobs')), undefined);
    expect(await none.take('dist/a.tgz')).toEqual({ fault: expect.stringContaining('no artifacts_root') });
  });

  it('given a root that is not there, then its files are not', async () => {
    const none = openArtifacts(openFileBlobs(join(folder, 'blobs')), join(folder, 'nowhere'));
    expect(await none.take('a')).toEqual({ fault: expect.stringContaining('cannot be read') });
  });

  it('given a file beyond what GitHub takes, then it is refused before a byte is copied', async () => {
    writeFileSync(join(root, 'huge'), '');
    truncateSync(join(root, 'huge'), 2_147_483_648);
    expect(await artifacts.take('huge')).toEqual({
      fault: expect.stringContaining('larger than 2147483647'),
    });
    expect(copied()).toBe(false);
  });
});

describe('a text', () => {
  it('given line ends of Windows, then they are made plain', async () => {
    expect(await artifacts.text('notes.md')).toEqual({ text: 'Line one\nLine two\n' });
  });

  it('given it is larger than any body may be, then it is refused before it is read', async () => {
    writeFileSync(join(root, 'huge.md'), Buffer.alloc(500_001, 'x'));
    expect(await artifacts.text('huge.md')).toEqual({ fault: expect.stringContaining('larger than 500000') });
    expect(copied()).toBe(false);
  });

  it.each([
    ['a broken sequence', [0x61, 0xff, 0x62]],
    ['a lone surrogate', [0xed, 0xa0, 0x80]],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00]],
  ])('given %s, then it is no UTF-8 text', async (_what, bytes) => {
    writeFileSync(join(root, 'odd.md'), Buffer.from(bytes));
    expect(await artifacts.text('odd.md')).toEqual({ fault: 'odd.md is not UTF-8 text' });
  });
});

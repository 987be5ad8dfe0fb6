import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allOrNone } from './all-or-none.js';
import { asDiskError, diskErrorOf } from './errors.js';
import { makeFolder, replaceFile, writeNewFile } from './write-whole.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const names = () => readdirSync(folder).sort();
const text = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('a file written whole', () => {
  it('given there is none, then it is made with its permissions, and nothing is left beside it', () => {
    expect(writeNewFile(join(folder, 'key.json'), '{}', 0o600)).toBe(true);
    expect([names(), text('key.json')]).toEqual([['key.json'], '{}']);
    expect(statSync(join(folder, 'key.json')).mode & 0o777).toBe(0o600);
  });

  it('given there is one, then a new one leaves it alone, and a replacement replaces it', () => {
    writeFileSync(join(folder, 'a'), 'old');
    expect(writeNewFile(join(folder, 'a'), 'new', 0o600)).toBe(false);
    expect(text('a')).toBe('old');
    replaceFile(join(folder, 'a'), 'new', 0o600);
    expect([names(), text('a')]).toEqual([['a'], 'new']);
  });

  it('given it cannot take its place, then it is told with the path, and nothing is left', () => {
    mkdirSync(join(folder, 'a'));
    const refused = expect.objectContaining({
      code: 'write_failed',
      message: expect.stringContaining(join(folder, 'a')),
    });
    expect(() => replaceFile(join(folder, 'a'), 'x', 0o600)).toThrowError(refused);
    expect(names()).toEqual(['a']);
  });
});

describe('folders', () => {
  it('given none is there, then each is made and told, and a second time none', () => {
    const made: string[] = [];
    const path = join(folder, 'a', 'b');
    for (let times = 0; times < 2; times += 1) makeFolder(path, 0o700, (one) => made.push(one));
    expect(made).toEqual([join(folder, 'a'), path]);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('given a file is in its place, or above it, then it is refused', () => {
    writeFileSync(join(folder, 'a'), '');
    for (const path of [join(folder, 'a'), join(folder, 'a', 'b')])
      expect(() => makeFolder(path)).toThrowError(expect.objectContaining({ code: 'write_failed' }));
  });
});

describe('what belongs together', () => {
  it('given the last cannot be made, then none is there, and what was there before is', () => {
    writeFileSync(join(folder, 'mine'), '');
    const fault = new RangeError('no');
    expect(() =>
      allOrNone((made) => {
        makeFolder(join(folder, 'x', 'y'), undefined, made);
        writeNewFile(join(folder, 'x', 'y', 'z'), '', 0o600);
        if (writeNewFile(join(folder, 'mine'), '', 0o600)) made(join(folder, 'mine'));
        throw fault;
      }),
    ).toThrow(fault);
    expect(names()).toEqual(['mine']);
  });
});

describe('what the system refuses', () => {
  const refusal = (code: string) =>
    Object.assign(new Error(`${code}: no, write`), { errno: -1, code, syscall: 'write', path: '/data/x' });

  it.each([
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['EROFS', 'disk_read_only'],
    ['EACCES', 'write_denied'],
    ['EPERM', 'write_denied'],
    ['EIO', 'write_failed'],
  ])('given %s, then it is %s, with the path and what to do', (errno, code) => {
    expect(asDiskError(refusal(errno), '/data/keyring.json')).toMatchObject({
      code,
      message: expect.stringContaining('/data/keyring.json'),
      next: expect.stringContaining('/data'),
    });
  });

  it('given a defect of ours, or what may be no disk, then it stays what it is', () => {
    const defect = new TypeError('x is not a function');
    expect(asDiskError(defect, '/x')).toBe(defect);
    expect(diskErrorOf(defect)).toBeUndefined();
    expect(diskErrorOf(refusal('ENOENT'))).toBeUndefined();
    const { path: _, ...nameless } = refusal('EACCES');
    expect(diskErrorOf(Object.assign(new Error('connect EACCES'), nameless))).toBeUndefined();
    expect(diskErrorOf(refusal('ENOSPC'))).toMatchObject({ code: 'disk_full' });
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBundle, encodeBundle } from './entry-bundle.js';
import { bytesMaxOf, entriesPath, parsePath, pathOf, tilePath, widthIn } from './layout.js';
import { decodeTile, encodeTile } from './tile.js';

const refused = (code: string) => expect.objectContaining({ code });

describe('paths', () => {
  test.each([
    [tilePath(0, 1_234_067), 'tile/0/x001/x234/067'],
    [tilePath(0, 0), 'tile/0/000'],
    [tilePath(3, 999), 'tile/3/999'],
    [tilePath(3, 1_000, 17), 'tile/3/x001/000.p/17'],
    [entriesPath(5, 255), 'tile/entries/005.p/255'],
    [entriesPath(1_000_000), 'tile/entries/x001/x000/000'],
  ])('given a resource, then its path is %s', (path, expected) => {
    expect(path).toBe(expected);
    expect(pathOf(parsePath(path))).toBe(expected);
  });

  test('given any resource, when its path is read, then it is the resource', () => {
    const index = fc.oneof(fc.nat(2_000_000), fc.nat(2 ** 45 - 1));
    const width = fc.integer({ min: 1, max: 256 });
    fc.assert(
      fc.property(index, width, fc.nat(63), (at, wide, level) => {
        expect(parsePath(tilePath(level, at, wide))).toEqual({ kind: 'tile', level, index: at, width: wide });
        expect(parsePath(entriesPath(at, wide))).toEqual({ kind: 'entries', index: at, width: wide });
      }),
    );
  });

  test.each([
    '',
    '/checkpoint',
    'checkpoint/',
    'Checkpoint',
    'tile/0/0',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/x001/x002',
    'tile/0/x001/1000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/07',
    'tile/0/000.p/',
    'tile/0/000?x',
    'tile/0/../../etc/passwd',
    'tile/0/%2e%2e/000',
    'tile\\0\\000',
    'tile/0/000\n',
    'tile/entries/000.p/1/2',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/٠/000',
  ])('given %j, when read, then it is refused', (path) => {
    expect(() => parsePath(path)).toThrowError(refused('path_invalid'));
  });

  test('given C2SP’s tree of 70,000 entries, then its tiles are as wide as it says', () => {
    expect(widthIn(70_000, 0, 272)).toBe(256);
    expect(widthIn(70_000, 0, 273)).toBe(112);
    expect(widthIn(70_000, 0, 274)).toBe(0);
    expect(widthIn(70_000, 1, 0)).toBe(256);
    expect(widthIn(70_000, 1, 1)).toBe(17);
    expect(widthIn(70_000, 2, 0)).toBe(1);
    expect([widthIn(256, 0, 0), widthIn(256, 1, 0)]).toEqual([256, 1]);
    expect(bytesMaxOf({ kind: 'tile', level: 0, index: 0, width: 256 })).toBe(8_192);
  });
});

describe('bundles and tiles', () => {
  test('given entries of 0 to 65,535 bytes, when bundled and read, then they are the same', () => {
    const entries = [Buffer.alloc(0), Buffer.from('{}'), Buffer.alloc(65_535, 7)];
    const bytes = encodeBundle(entries);
    expect(Buffer.from(bytes.subarray(0, 6)).toString('hex')).toBe('000000027b7d');
    expect(decodeBundle(bytes, 3, 'x').map((entry) => Buffer.from(entry))).toEqual(entries);
    expect(() => encodeBundle([Buffer.alloc(65_536)])).toThrowError(refused('entry_too_large'));
  });

  test('given a bundle of another count, cut or with more behind it, when read, then it is refused', () => {
    const bytes = encodeBundle([Buffer.from('one'), Buffer.from('two')]);
    for (const [changed, count] of [
      [bytes, 1],
      [bytes, 3],
      [bytes.subarray(0, -1), 2],
      [Buffer.concat([bytes, Buffer.of(0)]), 2],
      [Buffer.concat([bytes, Buffer.of(0, 0)]), 2],
      [Buffer.alloc(0), 1],
    ] as const)
      expect(() => decodeBundle(changed, count, 'tile/entries/000.p/2')).toThrowError(
        refused('tile_malformed'),
      );
  });

  test('given a tile, when written and read, then the hashes are the same, and one byte less is refused', () => {
    const hashes = ['00'.repeat(32), 'ab'.repeat(32)];
    const bytes = encodeTile(hashes);
    expect(decodeTile(bytes, 2, 'x')).toEqual(hashes);
    for (const width of [1, 3])
      expect(() => decodeTile(bytes, width, 'x')).toThrowError(refused('tile_malformed'));
  });
});

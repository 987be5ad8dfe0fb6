import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderForTest, s3ForTest, type TestPlace } from '../testing/places.js';

const refused = (code: string) => expect.objectContaining({ code });
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe.each([
  ['a folder', folderForTest],
  ['S3 with conditional writes', s3ForTest],
])('the contract of a place: %s', (_, make) => {
  let at: TestPlace;
  beforeEach(async () => {
    at = await make();
  });
  afterEach(() => at.close());

  test('given a new place, then it holds nothing', async () => {
    expect(await at.place.read('tile/0/000', 8_192)).toBeUndefined();
    expect(await at.place.readCheckpoint()).toBeUndefined();
  });

  test('given tiles, when written, then they are read; written again with the same bytes it is fine, with others not', async () => {
    const objects = [
      { path: 'tile/0/000.p/3', bytes: bytes('abc') },
      { path: 'tile/0/x001/234', bytes: bytes('full') },
      { path: 'tile/entries/000.p/1', bytes: bytes('entry') },
    ];
    await at.place.write(objects);
    for (const { path, bytes: written } of objects) {
      expect(Buffer.from((await at.again().read(path, 100)) ?? [])).toEqual(written);
    }
    await at.again().write(objects);
    for (const other of ['abd', 'abcd', 'ab', '']) {
      const forged = [{ path: 'tile/0/000.p/3', bytes: bytes(other) }];
      await expect(at.again().write(forged)).rejects.toThrowError(refused('tile_conflict'));
    }
    expect(Buffer.from((await at.place.read('tile/0/000.p/3', 100)) ?? []).toString()).toBe('abc');
    expect(await at.paths()).toEqual(objects.map(({ path }) => path).sort());
  });

  test('given more bytes than there may be, when read, then it is refused', async () => {
    await at.place.write([{ path: 'tile/0/000', bytes: bytes('12345') }]);
    await expect(at.place.read('tile/0/000', 4)).rejects.toThrowError(refused('place_answer_too_large'));
    expect(await at.place.read('tile/0/000', 5)).toHaveLength(5);
  });

  test('given two who know the same checkpoint, when both move it on, then one does and the other is refused', async () => {
    const first = await at.place.writeCheckpoint(bytes('1'), undefined);
    await expect(at.again().writeCheckpoint(bytes('x'), undefined)).rejects.toThrowError(
      refused('checkpoint_conflict'),
    );
    const second = await at.place.writeCheckpoint(bytes('2'), first);
    await expect(at.again().writeCheckpoint(bytes('y'), first)).rejects.toThrowError(
      refused('checkpoint_conflict'),
    );
    const held = await at.again().readCheckpoint();
    expect(Buffer.from(held?.bytes ?? []).toString()).toBe('2');
    expect(held?.version).toBe(second);
    await at.again().writeCheckpoint(bytes('3'), held?.version);
    await expect(at.place.writeCheckpoint(bytes('4'), 'no version')).rejects.toThrowError(
      refused('checkpoint_conflict'),
    );
  });

  test('given partial tiles, when removed, then they are gone; one that is not there is no fault', async () => {
    await at.place.write([{ path: 'tile/0/000.p/3', bytes: bytes('abc') }]);
    await at.place.remove(['tile/0/000.p/3', 'tile/0/000.p/4']);
    expect(await at.paths()).toEqual([]);
  });

  test('given a path that is none of a log, then it is refused before anything is touched', async () => {
    for (const path of ['../outside', 'tile/0/000/../../../x', '/etc/passwd', 'tile/0/0']) {
      await expect(at.place.read(path, 10)).rejects.toThrowError(refused('path_invalid'));
      await expect(at.place.write([{ path, bytes: bytes('x') }])).rejects.toThrowError(
        refused('path_invalid'),
      );
    }
    expect(await at.paths()).toEqual([]);
  });
});

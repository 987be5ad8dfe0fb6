import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type * as FsPromises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BlobStore, openFileBlobs } from './blobs.js';

/** Every path that was made durable, in order; the calls themselves go through. */
const { synced, failing } = vi.hoisted(() => ({ synced: [] as string[], failing: { at: '' } }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>();
  return {
    ...real,
    open: async (path: string, ...rest: [string, number?]) => {
      const file = await real.open(path, ...rest);
      const sync = file.sync.bind(file);
      file.sync = async () => {
        if (failing.at !== '' && path.includes(failing.at)) throw new Error('the disk is full');
        synced.push(path);
        return sync();
      };
      return file;
    },
  };
});

let folder: string;
let root: string;
let blobs: BlobStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-blobs-'));
  root = join(folder, 'blobs');
  blobs = openFileBlobs(root);
  synced.splice(0);
  failing.at = '';
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hex = (text: string) => createHash('sha256').update(text).digest('hex');
const text = async (ref: string) => new TextDecoder().decode(await blobs.read(ref, 1_000));
const incoming = () => (existsSync(join(root, 'incoming')) ? readdirSync(join(root, 'incoming')) : []);
const file = (content: string) => {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
};

describe('a blob', () => {
  it('given bytes, then their name is their hash, and they are read back', async () => {
    const ref = await blobs.put('hello');
    expect([ref, await text(ref)]).toEqual([`sha256:${hex('hello')}`, 'hello']);
    expect(await blobs.putFile(file('hello'), 5)).toEqual({ ref, sizeBytes: 5 });
    expect(await text(await blobs.put(new Uint8Array([104, 105])))).toBe('hi');
  });

  it('given the same bytes by many at once, then it is one blob and nothing is left over', async () => {
    const refs = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        at % 2 === 0 ? blobs.put('same') : blobs.putFile(file('same'), 4).then(({ ref }) => ref),
      ),
    );
    expect(new Set(refs).size).toBe(1);
    expect([await text(refs[0] ?? ''), incoming()]).toEqual(['same', []]);
  });

  it('given nobody else, then nobody else may read it', async () => {
    const path = blobs.pathOf(await blobs.put('secret'));
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(statSync(dirname(path)).mode & 0o077).toBe(0);
  });

  it.each([
    ['put', () => blobs.put('durable')],
    ['putFile', () => blobs.putFile(file('durable'), 100)],
  ])(
    'L2: given %s returns, then its bytes, its name, and every folder that was made for it are durable',
    async (_how, put) => {
      await put();
      const path = blobs.pathOf(`sha256:${hex('durable')}`);
      const shard = dirname(path);
      const bytes = synced.findIndex((synced) => dirname(synced) === join(root, 'incoming'));
      expect(bytes).toBeGreaterThanOrEqual(0);
      expect(synced.slice(0, bytes)).toEqual([root, folder]);
      expect(synced.slice(bytes + 1)).toEqual([dirname(shard), root, shard]);
    },
  );

  it.each(['incoming', 'sha256'])(
    'given the disk fails at %s, then the caller is told and nothing is left over',
    async (place) => {
      failing.at = join(root, place);
      await expect(blobs.put('x')).rejects.toThrow('the disk is full');
      await expect(blobs.putFile(file('x'), 10)).rejects.toThrow('the disk is full');
      expect(incoming()).toEqual([]);
    },
  );
});

describe('what is refused', () => {
  const ref = `sha256:${hex('hello')}`;

  it('given bytes that are no longer what their name says, then they are not given out', async () => {
    writeFileSync(blobs.pathOf(await blobs.put('hello')), 'hellO');
    await expect(blobs.read(ref, 100)).rejects.toMatchObject({ code: 'blob_corrupt', retry: 'terminal' });
  });

  it('given a blob that is not there, then it is missing', async () => {
    await expect(blobs.read(ref, 100)).rejects.toMatchObject({ code: 'blob_missing' });
  });

  it('given more bytes than were asked for, then they are not read', async () => {
    await blobs.put('hello');
    await expect(blobs.read(ref, 4)).rejects.toMatchObject({ code: 'blob_too_large' });
    expect(await blobs.read(ref, 5)).toHaveLength(5);
  });

  it('given a file beyond the limit, then it is not kept, not even in part', async () => {
    await expect(blobs.putFile(file('x'.repeat(200_000)), 199_999)).rejects.toMatchObject({
      code: 'blob_too_large',
    });
    expect([incoming(), existsSync(join(root, 'sha256'))]).toEqual([[], false]);
  });

  it('given a file that is not there, or a folder, then the caller is told and nothing is left over', async () => {
    mkdirSync(join(folder, 'dir'));
    for (const path of [join(folder, 'none'), join(folder, 'dir')])
      await expect(blobs.putFile(path, 10)).rejects.toThrow();
    expect(incoming()).toEqual([]);
  });

  it.each([
    'sha256:../../../etc/passwd',
    `sha256:${'0'.repeat(63)}/`,
    `sha256:${hex('hello').toUpperCase()}`,
    `sha512:${hex('hello')}`,
    `sha256:${hex('hello')}\n`,
    hex('hello'),
    '',
  ])('given %j for a name, then it is no path and there is no such blob', async (odd) => {
    await blobs.put('hello');
    await expect(blobs.read(odd, 100)).rejects.toMatchObject({ code: 'blob_missing' });
    expect(() => blobs.pathOf(odd)).toThrowError(expect.objectContaining({ code: 'blob_missing' }));
  });
});

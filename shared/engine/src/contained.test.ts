import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelRequest } from '@marketops/contracts';
import { type BlobStore, openFileBlobs } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readContained } from './contained.js';

let root: string;
let blobs: BlobStore;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'marketops-contained-'));
  blobs = openFileBlobs(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const value: CancelRequest = { run_id: `run_${'a'.repeat(26)}`, reason: 'enough' };
const read = async (bytes: string | Uint8Array) =>
  readContained(blobs, { blob: await blobs.put(bytes) }, CancelRequest);

describe('a value in an event or in a blob', () => {
  it('given it stands in the event, then that is it; given a blob, then it is what the blob holds', async () => {
    expect(await readContained(blobs, { inline: value }, CancelRequest)).toBe(value);
    expect(await read(JSON.stringify(value))).toEqual(value);
  });

  it.each([
    ['is of another shape', JSON.stringify({ ...value, more: 1 })],
    ['names a member twice', `{"run_id":"${value.run_id}","reason":"a","reason":"b"}`],
    ['is no JSON', 'x'],
    ['is no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['is too deep', `${'['.repeat(40)}${']'.repeat(40)}`],
  ])('given a blob that %s, then it is refused', async (_what, bytes) => {
    await expect(read(bytes)).rejects.toThrow();
  });

  it('given the bytes changed since they were named, then they are refused', async () => {
    const ref = await blobs.put(JSON.stringify(value));
    writeFileSync(blobs.pathOf(ref), JSON.stringify({ ...value, reason: 'other' }));
    await expect(readContained(blobs, { blob: ref }, CancelRequest)).rejects.toMatchObject({
      code: 'blob_corrupt',
    });
  });
});

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
  blobs = openFileBlobs(join(root, 'blobs'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const value: CancelRequest = { run_id: `run_${'a'.repeat(26)}`, reason: 'enough' };
const event = { stream: `run/${value.run_id}`, type: 'plan.requested', tenant_id: 'acme' };
const read = async (bytes: string | Uint8Array) =>
  readContained(blobs, event, { blob: await blobs.put(bytes) }, CancelRequest);

describe('a value in an event or in a blob', () => {
  it('given it stands in the event, then that is it; given a blob, then it is what the blob holds', async () => {
    expect(await readContained(blobs, event, { inline: value }, CancelRequest)).toBe(value);
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

  it('given it is sealed, then it opens where its event stands, and nowhere else', async () => {
    const sealing = await blobs.sealed.keyOf(value.run_id);
    const made = sealing.seal(event, JSON.stringify(value));
    await blobs.sealed.put(made);
    const contained = { sealed: made.ref };
    expect(await readContained(blobs, event, contained, CancelRequest)).toEqual(value);
    for (const other of [
      { ...event, type: 'plan.generated' },
      { ...event, tenant_id: 'globex' },
      { ...event, stream: `op/${value.run_id}/tag` },
    ])
      await expect(readContained(blobs, other, contained, CancelRequest)).rejects.toMatchObject({
        code: 'blob_corrupt',
      });
  });

  it('given the bytes changed since they were named, then they are refused', async () => {
    const ref = await blobs.put(JSON.stringify(value));
    writeFileSync(blobs.pathOf(ref), JSON.stringify({ ...value, reason: 'other' }));
    await expect(readContained(blobs, event, { blob: ref }, CancelRequest)).rejects.toMatchObject({
      code: 'blob_corrupt',
    });
  });
});

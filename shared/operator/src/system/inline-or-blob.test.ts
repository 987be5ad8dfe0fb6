import { mkdirSync } from 'node:fs';
import type { EventOf } from '@marketops/contracts';
import { openFileBlobs } from '@marketops/store';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/temporary-folder.js';
import { openBlobs } from './inline-or-blob.js';

const folder = temporaryFolders();
const naming = (blob: string) => ({ data: { request: { blob } } }) as unknown as EventOf<'plan.requested'>;
const request = {
  tenant_id: 'acme',
  repository: 'acme/widgets',
  operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v1', target: 'main', message: 'one' }],
};

describe('what an event names', () => {
  it('given its blob, then it is read', async () => {
    const dataDir = folder();
    const ref = await openFileBlobs(`${dataDir}/blobs`).put(Buffer.from(JSON.stringify(request)));
    expect(await openBlobs(dataDir).request(naming(ref))).toMatchObject(request);
  });

  it('given its blob is not on this machine, then it is not available', async () => {
    expect(await openBlobs(folder()).request(naming(`sha256:${'a'.repeat(64)}`))).toBeUndefined();
  });

  it.each([
    ['no UTF-8', Buffer.of(0xff, 0xfe)],
    ['no JSON', Buffer.from('{"a":')],
    ['no plan request', Buffer.from('{"a":1}')],
  ])('given its blob is %s, then it is not available', async (_what, bytes) => {
    const dataDir = folder();
    const ref = await openFileBlobs(`${dataDir}/blobs`).put(bytes);
    expect(await openBlobs(dataDir).request(naming(ref))).toBeUndefined();
  });

  it('given its blob cannot be read, then that is told, and not taken for an absent blob', async () => {
    const dataDir = folder();
    const ref = `sha256:${'a'.repeat(64)}`;
    // For root every file can be read, but no folder can.
    mkdirSync(openFileBlobs(`${dataDir}/blobs`).pathOf(ref), { recursive: true });
    await expect(openBlobs(dataDir).request(naming(ref))).rejects.toThrow('EISDIR');
  });
});

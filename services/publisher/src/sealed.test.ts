import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Operation, operationStream, type Receipt } from '@marketops/contracts';
import { GitHubError } from '@marketops/github';
import { canonicalJson } from '@marketops/proof';
import { type BlobStore, openFileBlobs } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHubFor } from './ports/github.js';
import { claimsFor, plannedEvent, runId, sharedAuthority, tenantId } from './testing/gate-fixture.js';
import { releaseOperation } from './testing/operations.js';
import { type StubGitHub, stubGitHub } from './testing/stub-github.js';
import { openWorld, type World } from './testing/world.js';

const stream = operationStream(runId, 'release');
const at = { stream, type: 'operation.planned', tenant_id: tenantId };

let folder: string;
let blobs: BlobStore;
let stub: StubGitHub;
let world: World;
let ref: { readonly blob: string; readonly commitment: string };
let receipt: Receipt;

const keyFile = () => join(folder, 'blob-keys', `${runId}.key`);
const publish = () => world.publisher.handle(world.jobFor(receipt));
const said = async () => JSON.stringify(await world.events(stream));

async function open(github?: GitHubFor): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'marketops-sealed-op-'));
  blobs = openFileBlobs(join(folder, 'blobs'));
  stub = stubGitHub();
  world = await openWorld({ github: github ?? stub.github, blobs });
  const key = await blobs.sealed.keyOf(runId);
  const operation: Operation = {
    ...releaseOperation(),
    release_name: 'For Ada Lovelace',
    salt: key.salt(at),
  };
  const value = key.seal(at, canonicalJson(operation));
  await blobs.sealed.put(value);
  ({ ref } = value);
  receipt = sharedAuthority.issue(claimsFor(operation, { receipt_id: `rcp_01M0000000000000000000000A` }));
  const draft = plannedEvent(operation);
  if (draft.type !== 'operation.planned') throw new TypeError('another event');
  await world.append('planner', stream, [{ ...draft, data: { ...draft.data, operation: { sealed: ref } } }]);
  await world.append('federation', stream, [{ type: 'receipt.issued', data: { receipt } }]);
}
beforeEach(() => open());
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a sealed operation at the gate', () => {
  it('R1: given its receipt binds the salted digest, then it is done as authorized, and no event says what', async () => {
    expect(await publish()).toMatchObject({ status: 'succeeded' });
    expect(stub.writes).toEqual(['createRelease']);
    expect(await said()).not.toContain('Lovelace');
  });

  it('given its key is missing, then it is held, without an effect, and goes on when the key is back', async () => {
    const key = readFileSync(keyFile());
    rmSync(keyFile());
    await expect(publish()).rejects.toMatchObject({
      retry: 'hold',
      message: expect.stringContaining('nobody had it erased') as unknown,
    });
    expect(stub.writes).toEqual([]);
    writeFileSync(keyFile(), key);
    expect(await publish()).toMatchObject({ status: 'succeeded' });
    expect(stub.writes).toEqual(['createRelease']);
  });

  it('given it was erased, then it is refused, without an effect', async () => {
    await blobs.sealed.erase({ runId, commandId: 'c1', blobs: [ref.blob] });
    await publish();
    expect(stub.writes).toEqual([]);
    const types = await world.types('release');
    expect(types).not.toContain('operation.started');
    expect(JSON.stringify([await world.refusals(), await world.events(stream)])).toContain('blob_erased');
  });

  it('given its ciphertext was put in from another operation, then there is no effect', async () => {
    const other = { ...at, stream: operationStream(runId, 'other') };
    const swapped = (await blobs.sealed.keyOf(runId)).seal(other, canonicalJson(releaseOperation()));
    writeFileSync(blobs.pathOf(ref.blob), swapped.ciphertext);
    await publish().catch(() => undefined);
    expect(stub.writes).toEqual([]);
    expect(await world.types('release')).not.toContain('operation.started');
  });

  it('given GitHub’s refusal quotes what was asked for, then the event withholds it, and keeps the code', async () => {
    await world.close();
    const failing: GitHubFor = (account, controls) => ({
      ...stubGitHub().github(account, controls),
      createRelease: async () =>
        Promise.reject(
          new GitHubError('validation_failed', 'GitHub refuses the name For Ada Lovelace', {
            status: 422,
          }),
        ),
    });
    await open(failing);
    await publish();
    const last = (await world.events(stream)).at(-1);
    expect(last).toMatchObject({
      type: 'operation.failed',
      data: { audit: { error_message: 'withheld: the run is sealed' } },
    });
    expect(await said()).not.toContain('Lovelace');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CurrentKey } from '@marketops/engine';
import { testKeys } from '@marketops/engine/testing';
import { leafHashOfBytes, rootOf } from '@marketops/proof';
import { nodeCrypto as crypto } from '@marketops/proof/node';
import { folderPlace, type TilePlace, TreeReader } from '@marketops/tlog';
import { type ChainPoint, genesis } from '@marketops/verifier';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TileProjector } from './projector.js';

const size = 1_400;
const keys = testKeys();
const honest = Array.from({ length: size + 10 }, (_, index) => Buffer.from(`{"entry":${index}}`));
const refused = (code: string) => expect.objectContaining({ code });

let root: string;
let tiles: string;
let place: TilePlace;
let restored: number[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'marketops-whole-'));
  tiles = join(root, 'tiles');
  place = folderPlace(tiles);
  restored = [];
  await projectorOver(honest, size).project();
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** As a ledger that has just started: over what the place and the memory hold. */
function projectorOver(entries: readonly Buffer[], settled: number): TileProjector {
  const pointAt = (sequence: number): ChainPoint =>
    sequence === 0 ? genesis : { sequence, hash: crypto.sha256Hex(entries[sequence - 1] ?? '') };
  return new TileProjector({
    ...{ crypto, place, memory: folderPlace(join(root, 'signed')), keyring: keys.keyring },
    origin: 'log.test',
    settled: () => pointAt(settled),
    signer: (): CurrentKey => keys.signing('ledger', 'checkpoint'),
    checkTerm: () => Promise.resolve(),
    onRestored: (published) => restored.push(published.size),
    entries: {
      async read(after, upTo, take) {
        expect(pointAt(after.sequence).hash).toBe(after.hash);
        for (const entry of entries.slice(after.sequence, upTo.sequence)) await take(entry);
      },
    },
  });
}

/** Every entry and every hash of the log, as a stranger reads them. */
async function expectWhole(at: number): Promise<void> {
  const tree = new TreeReader(crypto, place, at);
  const leaves = honest.slice(0, at).map((entry) => leafHashOfBytes(crypto, entry));
  expect(await tree.root()).toBe(rootOf(crypto, leaves));
  for (let index = 0; index * 256 < at; index += 1)
    expect((await tree.bundle(index)).map((entry) => Buffer.from(entry))).toEqual(
      honest.slice(index * 256, Math.min(at, (index + 1) * 256)),
    );
}

test.each([0, 10])(
  'L1: given that tile/ is gone and the checkpoint is there, and %d new entries, then all of it is written again, with the root that was signed',
  async (more) => {
    await rm(join(tiles, 'tile'), { recursive: true });
    expect(await projectorOver(honest, size + more).project()).toMatchObject({ size: size + more });
    expect(restored).toEqual([size]);
    await expectWhole(size + more);
  },
);

test('L1: given that tile/ is gone and the journal is another, or shorter, then nothing is written', async () => {
  await rm(join(tiles, 'tile'), { recursive: true });
  const other = honest.with(700, Buffer.from('{"entry":"forged"}'));
  await expect(projectorOver(other, size).project()).rejects.toThrowError(refused('checkpoint_forked'));
  await expect(projectorOver(honest, size - 1).project()).rejects.toThrowError(refused('checkpoint_ahead'));
  expect(await place.read('tile/0/000', 8_192)).toBeUndefined();
});

test.each(['tile/0/002', 'tile/entries/003'])(
  'given that %s is gone while the ledger runs, then a few turns later it is there again',
  async (path) => {
    const projector = projectorOver(honest, size);
    await projector.project();
    await rm(join(tiles, path));
    for (let turn = 0; turn < 5; turn += 1) await projector.project();
    expect(restored).toEqual([size]);
    await expectWhole(size);
  },
);

test.each([
  ['tile/0/002', Buffer.alloc(8_192, 7)],
  ['tile/entries/003', undefined],
])(
  'L1: given that %s is replaced, then the log stands still until it is removed, and goes on then',
  async (path, bytes) => {
    const changed = bytes ?? Buffer.from((await place.read(path, 20_000_000)) ?? []);
    changed[20] = (changed[20] ?? 0) ^ 1;
    await writeFile(join(tiles, path), changed);
    const projector = projectorOver(honest, size);
    const outcomes: unknown[] = [];
    for (let turn = 0; turn < 6; turn += 1)
      outcomes.push(
        await projector.project().then(
          () => 'published',
          (fault: unknown) => fault,
        ),
      );
    expect(outcomes.at(-1)).toMatchObject({ code: 'tree_differs' });
    await rm(join(tiles, path));
    await projector.project();
    await expectWhole(size);
  },
);

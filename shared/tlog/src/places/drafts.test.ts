import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderPlace } from './folder.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'marketops-drafts-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('given drafts that a killed process left, then the first write to their folder removes them, and those under way stay', async () => {
  await mkdir(join(root, 'tile/0'), { recursive: true });
  const left = ['checkpoint.7-aa.draft', 'tile/0/000.7-bb.draft'];
  const fresh = ['checkpoint.8-cc.draft', 'tile/0/000.8-dd.draft'];
  for (const path of [...left, ...fresh]) await writeFile(join(root, path), 'half');
  for (const path of left) await utimes(join(root, path), new Date(0), new Date(0));
  const place = folderPlace(root);
  await place.write([{ path: 'tile/0/000', bytes: Buffer.alloc(8_192, 1) }]);
  await place.writeCheckpoint(Buffer.from('origin\n'), undefined);
  expect((await readdir(join(root, 'tile/0'))).sort()).toEqual(['000', '000.8-dd.draft']);
  expect((await readdir(root)).sort()).toEqual(['checkpoint', 'checkpoint.8-cc.draft', 'tile']);
});

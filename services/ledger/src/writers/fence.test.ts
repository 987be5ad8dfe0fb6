import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeDisk } from '../journal/disk.js';
import { claimExactly, claimTerm } from '../journal/terms.js';
import { fencedDisk, fenceOver, type TermFence, termFence, termsOver } from './fence.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marketops-fence-'));
});
afterEach(() => rm(folder, { recursive: true }));

const terms = () => join(folder, 'terms');
const at = (name: string) => join(folder, name);
const text = (name: string) => readFile(at(name), 'utf8');
const claim = async (...known: number[]): Promise<TermFence> => termFence(await claimTerm(terms(), known));
const deposed = expect.objectContaining({ code: 'deposed' });

describe('a term', () => {
  test('given any number of writers at once, then each has a term of its own, above all that are known', async () => {
    const claims = await Promise.all(Array.from({ length: 12 }, () => claimTerm(terms(), [3, 7])));
    expect(new Set(claims.map(({ term }) => term)).size).toBe(12);
    expect(Math.min(...claims.map(({ term }) => term))).toBe(8);
    const highest = Math.max(...claims.map(({ term }) => term));
    // Of all drafts only those of the highest are still there.
    const checks = await Promise.allSettled(claims.map((one) => termFence(one).check()));
    const standing = claims.filter((_, one) => checks[one]?.status === 'fulfilled').map(({ term }) => term);
    expect(standing).toEqual([highest]);
  });

  test('given a claim that comes late, under a number that was claimed and taken away, then it is withdrawn', async () => {
    const late = await claim(4);
    await claim();
    expect(await claimExactly(terms(), late.term)).toBeUndefined();
    await expect(late.check()).rejects.toThrowError(deposed);
    expect(await claim()).toMatchObject({ term: 7 });
  });
});

describe('L1: a deposed writer', () => {
  test('replaces no file, whether it had begun to or not', async () => {
    const older = await claim();
    await older.replace(at('a'), 'older', 0o640);
    const begun = older.draftOf('a');
    await writeFile(begun, 'begun');
    const newer = await claim();
    await newer.replace(at('a'), 'newer', 0o640);
    newer.replaceNow(at('b'), 'newer', 0o640);

    await expect(older.move(begun, at('a'))).rejects.toThrowError(deposed);
    await expect(older.replace(at('a'), 'older', 0o640)).rejects.toThrowError(deposed);
    expect(() => older.replaceNow(at('b'), 'older', 0o640)).toThrowError(deposed);
    await expect(older.check()).rejects.toThrowError(deposed);
    expect([await text('a'), await text('b')]).toEqual(['newer', 'newer']);
    expect((await readdir(folder)).sort()).toEqual(['a', 'b', 'terms']);
  });

  test('begins no file of the journal, even where all but its name is there', async () => {
    const older = await claim();
    const file = await fencedDisk(nodeDisk, older).create(at('1'));
    await file.append(Buffer.from('H'));
    await file.sync();
    await claim();
    await expect(file.appear?.()).rejects.toThrowError(deposed);
    await file.close();
    await expect(fencedDisk(nodeDisk, older).create(at('2'))).rejects.toThrowError(deposed);
    expect(await readdir(folder)).toEqual(['terms']);
  });

  test('and the one that writes gives a new file a name that nobody has', async () => {
    const disk = fencedDisk(nodeDisk, await claim());
    const file = await disk.create(at('1'));
    await file.append(Buffer.from('H'));
    expect(await readdir(folder)).toEqual(['terms']);
    await file.appear?.();
    expect(await text('1')).toBe('H');
    await file.close();
    const again = await disk.create(at('1'));
    await expect(again.appear?.()).rejects.toMatchObject({ code: 'EEXIST' });
    await again.close();
  });

  test('replaces nothing in a folder elsewhere, where the newer one has claimed its term', async () => {
    const older = await fenceOver(folder, 3);
    await older.replace(at('checkpoint'), 'older', 0o644);
    const newer = await fenceOver(folder, 5);
    await newer.replace(at('checkpoint'), 'newer', 0o644);
    await expect(older.replace(at('checkpoint'), 'older', 0o644)).rejects.toThrowError(deposed);
    await expect(fenceOver(folder, 4)).rejects.toThrowError(deposed);
    expect([await text('checkpoint'), await termsOver(folder)]).toEqual(['newer', [5]]);
  });
});

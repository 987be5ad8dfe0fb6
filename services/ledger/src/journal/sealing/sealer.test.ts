import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fileAt } from '@marketops/verifier/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealer, type SealerOptions } from './sealer.js';

const name = (first: number): string => `0000000001-${String(first).padStart(16, '0')}.jsonl`;
const lines = (count: number): string =>
  Array.from(
    { length: count },
    (_, at) => `E {"sequence":${at},"noise":"${Math.imul(at, 2_654_435_761)}"}\n`,
  ).join('');

let dir: string;
let sealed: string[];
let faults: [string, unknown][];
let nowMs: number;
const { signal } = new AbortController();
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sealer-'));
  [sealed, faults] = [[], []];
  nowMs = Date.now();
  writeFileSync(join(dir, name(1)), lines(6_000));
  writeFileSync(join(dir, name(2)), '');
  writeFileSync(join(dir, name(3)), 'H {}\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const sealer = (options: Partial<SealerOptions> = {}) =>
  createSealer({
    ...{ dir, bothMs: 2_000, nowMs: () => nowMs, current: () => ({ term: 1, firstSequence: 3 }) },
    onSealed: (one) => sealed.push(one.name),
    onFault: (of, fault) => faults.push([of, fault]),
    ...options,
  });
const names = (): string[] => readdirSync(dir).sort();
const at = (first: number): string => join(dir, name(first));
async function untilDone(one = sealer()): Promise<void> {
  while (await one.step(signal));
}

describe('sealing', () => {
  it('given finished files, then each is sealed, its plain form stays for a moment and goes, and the current one is left alone', async () => {
    const [plain, empty] = [readFileSync(at(1)), readFileSync(at(2))];
    const one = sealer();
    await untilDone(one);
    expect(names()).toEqual([name(1), `${name(1)}.gz`, name(2), `${name(2)}.gz`, name(3)]);
    nowMs += 3_000;
    await untilDone(one);
    expect(names()).toEqual([`${name(1)}.gz`, `${name(2)}.gz`, name(3)]);
    expect(gunzipSync(readFileSync(`${at(1)}.gz`)).equals(plain)).toBe(true);
    expect(gunzipSync(readFileSync(`${at(2)}.gz`)).equals(empty)).toBe(true);
    expect(statSync(`${at(1)}.gz`).size).toBeLessThan(plain.length / 2);
    expect([sealed, faults]).toEqual([[name(1), name(2)], []]);
    expect(await one.step(signal)).toBe(false);
  });

  it('given somebody who has the plain file open, or has only listed it, then they read on', async () => {
    const before = await open(at(1), 'r');
    const listed = fileAt(at(1));
    const text = readFileSync(at(1));
    const one = sealer({ bothMs: 0 });
    await untilDone(one);
    expect(existsSync(at(1))).toBe(false);
    expect((await before.readFile()).equals(text)).toBe(true);
    const reader = await listed.open();
    const piece = Buffer.alloc(1_000);
    expect(reader.size).toBe(text.length);
    expect(await reader.read(piece, 70_000)).toBe(1_000);
    expect(piece.equals(text.subarray(70_000, 71_000))).toBe(true);
    await Promise.all([before.close(), reader.close()]);
  });

  it('given a seal that is not of the plain file, as after a deposed writer went on, then it is made anew', async () => {
    await untilDone();
    appendFileSync(at(1), lines(5));
    const plain = readFileSync(at(1));
    truncateSync(`${at(2)}.gz`, 10);
    nowMs += 3_000;
    await untilDone();
    nowMs += 3_000;
    await untilDone();
    expect(names()).toEqual([`${name(1)}.gz`, `${name(2)}.gz`, name(3)]);
    expect(gunzipSync(readFileSync(`${at(1)}.gz`)).equals(plain)).toBe(true);
    expect(faults).toEqual([]);
  });

  it('given what dead writers left aside, then it goes; what a later term makes does not', async () => {
    writeFileSync(`${at(1)}.gz.1-999999999.sealing`, 'half');
    writeFileSync(`${at(1)}.gz.2-1.sealing`, 'of another');
    writeFileSync(join(dir, 'notes.txt'), '');
    await untilDone();
    expect(names().filter((one) => !one.startsWith('0'))).toEqual(['notes.txt']);
    expect(names().filter((one) => one.endsWith('.sealing'))).toEqual([`${name(1)}.gz.2-1.sealing`]);
  });

  it('given a signal in the middle, then nothing of it is left, and the next one does it', async () => {
    const stop = new AbortController();
    const stepping = sealer().step(stop.signal);
    stop.abort();
    expect(await stepping).toBe(false);
    expect(names()).toEqual([name(1), name(2), name(3)]);
    await untilDone();
    expect(sealed).toEqual([name(1), name(2)]);
    expect(faults).toEqual([]);
  });

  it('given a file that cannot be read, then it stays, it is told, and the others are sealed', async () => {
    // A folder of that name: what opens and cannot be read.
    rmSync(at(1));
    mkdirSync(at(1));
    const broken = sealer();
    await untilDone(broken);
    expect(faults.map(([of]) => of)).toEqual([name(1)]);
    expect(sealed).toEqual([name(2)]);
    expect(await broken.step(signal)).toBe(false);
    rmSync(at(1), { recursive: true });
    writeFileSync(at(1), lines(10));
    nowMs += 61_000;
    await untilDone(broken);
    expect(sealed).toEqual([name(2), name(1)]);
  });
});

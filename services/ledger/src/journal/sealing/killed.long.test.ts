import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { fileAt, listJournal } from '@marketops/verifier/node';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../../dist/testing/seal-all.js', import.meta.url));
const name = (first: number): string => `0000000001-${String(first).padStart(16, '0')}.jsonl`;
const files = [1, 2, 3];
const rounds = 16;

/** The file as every reader of the journal gets it. */
async function read(path: string): Promise<Buffer> {
  const reader = await fileAt(path).open();
  const bytes = Buffer.alloc(reader.size);
  let held = 0;
  for (let got = -1; held < bytes.length && got !== 0; held += got)
    got = await reader.read(bytes.subarray(held), held);
  await reader.close();
  return bytes.subarray(0, held);
}

test('L1 L2: killed anywhere while it seals, every file can be read whole at once, and the next one goes on', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sealing-killed-'));
  const texts = files.map((file) =>
    Buffer.from(
      Array.from({ length: 12_000 }, (_, at) => `E {"n":${Math.imul(at + file, 2_654_435_761)}}\n`).join(''),
    ),
  );
  const killedWith = new Set<string>();
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const one of readdirSync(dir)) rmSync(join(dir, one));
      for (const [at, text] of texts.entries()) writeFileSync(join(dir, name(files[at] ?? 0)), text);
      writeFileSync(join(dir, name(9)), '');
      // At the nth change in the folder that the kernel tells of: a write aside, a rename, a removal.
      let changes = 0;
      const child = spawn(process.execPath, [program, dir, '9'], { stdio: ['ignore', 'ignore', 'inherit'] });
      const gone = once(child, 'exit');
      const watcher = watch(dir, () => {
        changes += 1;
        if (changes === 1 + round * 3) child.kill('SIGKILL');
      });
      const [code] = (await gone) as [number | null];
      watcher.close();
      killedWith.add(
        code === null
          ? readdirSync(dir)
              .sort()
              .join(' ')
              .replaceAll(/\d+-\d+\.sealing/g, 'sealing')
          : 'done',
      );

      const listed = await listJournal(dir);
      expect(listed.map((one) => one.name)).toEqual([...files, 9].map(name));
      for (const [at, text] of texts.entries()) {
        expect(listed[at]?.bytes).toBe(text.length);
        expect((await read(listed[at]?.path ?? '')).equals(text)).toBe(true);
      }
      const next = spawn(process.execPath, [program, dir, '9'], { stdio: ['ignore', 'ignore', 'inherit'] });
      expect((await once(next, 'exit'))[0]).toBe(0);
      expect(readdirSync(dir).sort()).toEqual([...files.map((file) => `${name(file)}.gz`), name(9)]);
      for (const [at, text] of texts.entries())
        expect(gunzipSync(readFileSync(join(dir, `${name(files[at] ?? 0)}.gz`))).equals(text)).toBe(true);
    }
    // It was killed in different states, not always in the same one.
    expect(killedWith.size).toBeGreaterThanOrEqual(4);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}, 240_000);

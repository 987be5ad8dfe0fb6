import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { draftEnding, removeDrafts } from './drafts.js';
import { makeFile, replaceFile } from './write.js';

const writer = fileURLToPath(new URL('../dist/testing/dying-writer.js', import.meta.url));
const run = promisify(execFile);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const old = 'old '.repeat(5_000);
const fresh = 'fresh '.repeat(5_000);

/** The steps of a writer that lives. */
async function stepsOf(deed: string, path: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, [writer, deed, path, fresh, '0'], { timeout: 20_000 });
  return JSON.parse(stdout) as string[];
}

async function dying(deed: string, path: string, dieAt: number): Promise<unknown> {
  const args = [writer, deed, path, fresh, String(dieAt)];
  return run(process.execPath, args, { timeout: 20_000 }).then(
    () => 'lived',
    ({ signal }: { signal: unknown }) => signal,
  );
}

describe.each([
  { deed: 'makeFile', placed: 'link', before: undefined },
  { deed: 'makeFileSync', placed: 'link', before: undefined },
  { deed: 'replaceFile', placed: 'rename', before: old },
  { deed: 'replaceFileSync', placed: 'rename', before: old },
])('$deed', ({ deed, placed, before }) => {
  const standing = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const prepared = (name: string) => {
    const path = join(folder, name);
    if (before !== undefined) writeFileSync(path, before);
    return path;
  };

  const again = (path: string) =>
    before === undefined ? makeFile(path, fresh, { mode: 0o600 }) : replaceFile(path, fresh, { mode: 0o600 });

  it('given it lives, then the content is on the disk before the name, and the name before it returns', async () => {
    const steps = await stepsOf(deed, prepared('a'));
    expect(steps).toEqual(['open draft', 'half written', 'sync', placed, 'open folder', 'sync', 'rm']);
  });

  it('given it is killed at any step, then what stands is the old or the new, never half, and the next one succeeds', async () => {
    const steps = await stepsOf(deed, prepared('steps'));
    const place = steps.indexOf(placed) + 1;
    for (let dieAt = 1; dieAt <= steps.length; dieAt += 1) {
      const path = prepared(`file-${dieAt}`);
      expect(await dying(deed, path, dieAt)).toBe('SIGKILL');
      expect(standing(path), `killed before ${steps[dieAt - 1]}`).toBe(dieAt <= place ? before : fresh);
      const left = readdirSync(folder).filter((name) => name.endsWith(draftEnding));
      for (const name of left) expect(name.startsWith(`file-${dieAt}.`)).toBe(true);
      await removeDrafts(folder, Date.now() + 61_000);
      expect(readdirSync(folder).filter((name) => name.endsWith(draftEnding))).toEqual([]);
      await again(path);
      expect(standing(path)).toBe(fresh);
    }
  }, 120_000);
});

describe('a disk that knows no links', () => {
  it('given it may be copied, then it is there whole, once, and synced; else that is told', async () => {
    const path = join(folder, 'a');
    expect(await stepsOf('makeFileByCopy', path)).toEqual(
      expect.arrayContaining(['link', 'sync', 'open folder', 'rm']),
    );
    expect(readFileSync(path, 'utf8')).toBe(fresh);
    writeFileSync(path, old);
    await stepsOf('makeFileByCopy', path);
    expect(readFileSync(path, 'utf8')).toBe(old);
    await expect(stepsOf('makeFileNotByCopy', join(folder, 'b'))).rejects.toMatchObject({
      stdout: 'EPERM\n',
    });
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

/** A process gets mounts of its own, which end with it; the second way takes no root where the kernel allows it. */
const ways = [['--mount'], ['--map-root-user', '--mount']] as const;
const canMount = (way: readonly string[]) =>
  spawnSync('unshare', [...way, 'sh', '-euc', `mount -t tmpfs -o size=4k tmpfs '${tmpdir()}'`]).status === 0;
const way = ways.find(canMount);
const unlessSkipped = way === undefined ? ' (skipped: this user may not mount a small disk)' : '';

describe('a full disk', () => {
  it.skipIf(way === undefined).each(['makeFile', 'makeFileSync', 'replaceFile', 'replaceFileSync'])(
    `given it has no room for what %s writes, then that is told, and what stood there stands alone${unlessSkipped}`,
    async (deed) => {
      const script = `mount -t tmpfs -o size=8k tmpfs '${folder}'; cd '${folder}'; echo old > kept
        '${process.execPath}' '${writer}' ${deed} '${folder}/kept2' '${fresh}' 0 || true
        '${process.execPath}' '${writer}' replaceFile '${folder}/kept' '${fresh}' 0 || true
        ls -A; cat kept`;
      const { stdout } = await run('unshare', [...(way ?? []), 'sh', '-euc', script], { timeout: 20_000 });
      expect(stdout.trim().split('\n')).toEqual(['ENOSPC', 'ENOSPC', 'kept', 'old']);
    },
  );
});

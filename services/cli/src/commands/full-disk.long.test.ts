import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNewFile } from '@marketops/engine';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';
import { hasSmallDisks, unlessSkipped, withMounts } from '../testing/small-disk.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

interface Attempt {
  /** What was tried, and with how much room. */
  readonly what: string;
  readonly exit: number;
  readonly error: string | undefined;
  /** Files that hold nothing, or are only drafts. */
  readonly broken: readonly string[];
  /** All there is afterwards. */
  readonly files: readonly string[];
}

/** Shell: runs the command in the small disk, and tells how it ended and what is there. */
const attempt = `
attempt() {
  what="$1"; shift
  if "$NODE" "$MAIN" "$@" --json >"$OUT" 2>&1; then exit=0; else exit=$?; fi
  broken=$(find . -type f \\( -empty -o -name '*.draft' -o -name '*.lock' \\) ! -name filler | sort | tr '\\n' ' ')
  files=$(find . -mindepth 1 ! -name filler ! -path './home*' | sort | tr '\\n' ' ')
  echo "$what|$exit|$(tr -d '\\n' <"$OUT")|$broken|$files"
}`;

async function attempts(script: string): Promise<Attempt[]> {
  const disk = folder();
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: join(disk, 'home'), NODE: process.execPath, MAIN: main, DISK: disk };
  const printed = await withMounts(`${attempt}\n${script}`, { ...env, OUT: join(folder(), 'out') });
  return printed
    .trim()
    .split('\n')
    .map((line) => {
      const [what = '', exit = '', out = '', broken = '', files = ''] = line.split('|');
      const said = JSON.parse(out) as { error?: { code: string; message: string; next: string } };
      if (said.error !== undefined) expect(said.error.next, line).toMatch(/\S/);
      const words = (text: string) => text.split(' ').filter((word) => word !== '');
      return {
        ...{ what, exit: Number(exit), error: said.error?.code },
        ...{ broken: words(broken), files: words(files) },
      };
    });
}

describe.runIf(hasSmallDisks)(`on a disk that is full${unlessSkipped}`, () => {
  it('given init, with room for ever more files, then it is all there or nothing is, and it says why', async () => {
    const tried = await attempts(`
      for kib in 4 12 24 40 60 80 96 112 512; do
        mount -t tmpfs -o size=\${kib}k tmpfs "$DISK"
        cd "$DISK"
        attempt "init $kib" init --dir ops
        cd / && umount "$DISK"
      done`);
    const [whole] = tried.slice(-1);
    expect(whole).toMatchObject({ exit: 0, broken: [] });
    const failed = tried.slice(0, -1).filter(({ exit }) => exit !== 0);
    expect(failed.length).toBeGreaterThan(5);
    for (const one of failed)
      expect(one).toMatchObject({ exit: 1, error: 'disk_full', broken: [], files: [] });
  }, 300_000);

  it('given what changes keys, with room for ever more files, then nothing is half written, and it says why', async () => {
    const tried = await attempts(`
      mount -t tmpfs -o size=1m tmpfs "$DISK"
      cd "$DISK"
      mkdir home
      attempt "init" init
      fill() { rm -f filler; cat /dev/zero >filler 2>/dev/null || true; truncate -s "-$1" filler; }
      for room in 0 4K 8K; do
        rm -f .marketops/keys/planner/redis-password
        fill $room; attempt "redis-users $room" redis-users
        fill $room; attempt "rotate mint $room" keys rotate federation mint
        fill $room; attempt "generate $room" keys generate planner actor
        fill $room; attempt "rotate hmac $room" keys rotate federation receipt-hmac
        fill $room; attempt "approver $room" approver add "alice-$(echo $room | tr K k)"
      done
      rm filler
      attempt "doctor" doctor`);
    const [first, ...rest] = tried;
    const last = rest.pop();
    expect(first).toMatchObject({ exit: 0, broken: [] });
    for (const one of rest) {
      expect(one.broken, one.what).toEqual([]);
      expect([one.exit, one.error], one.what).toEqual(one.exit === 0 ? [0, undefined] : [1, 'disk_full']);
    }
    // With no room at all none of them can do anything.
    expect(rest.filter(({ exit }) => exit === 1).length).toBeGreaterThanOrEqual(5);
    expect(last?.broken).toEqual([]);
  }, 300_000);

  it('given a read-only disk, then it says so', async () => {
    const tried = await attempts(`
      mount -t tmpfs -o size=1m tmpfs "$DISK"
      cd "$DISK"
      mkdir home
      attempt "init" init
      mount -o remount,ro "$DISK"
      attempt "rotate" keys rotate federation mint
      attempt "hmac" keys rotate federation receipt-hmac
      attempt "users" redis-users
      attempt "approver" approver key alice
      attempt "init" init --dir other
      attempt "audit" audit --output report.json`);
    for (const { what, exit, error } of tried.slice(1))
      expect([what, exit, error]).toEqual([what, 1, 'disk_read_only']);
  }, 300_000);
});

describe('where one may not write', () => {
  /** Root may write everywhere: as somebody else, then, while it is tried. */
  const asNobody = <Done>(deed: () => Done): Done => {
    if (process.geteuid?.() !== 0) return deed();
    process.seteuid?.(65_534);
    try {
      return deed();
    } finally {
      process.seteuid?.(0);
    }
  };

  it('given a folder of somebody else’s, then it is told with the path, and nothing is left', () => {
    const there = join(folder(), 'theirs');
    mkdirSync(there);
    chmodSync(there, 0o555);
    chmodSync(join(there, '..'), 0o755);
    const path = join(there, 'key.json');
    expect(() => asNobody(() => writeNewFile(path, '{}', 0o600))).toThrowError(
      expect.objectContaining({ code: 'write_denied', message: expect.stringContaining(path) }),
    );
    expect(readdirSync(there)).toEqual([]);
  });

  it('given a file where a folder must be, then it is told as what the disk refused, and no defect', async () => {
    const cwd = folder();
    await runCommand(['init'], { cwd });
    const args = ['approver', 'key', 'alice', '--key-file', join(cwd, 'marketops.yml', 'alice.json')];
    const { code, stdout } = await runCommand([...args, '--json'], { cwd });
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { error: expect.objectContaining({ code: 'write_failed' }) },
    ]);
    expect(statSync(join(cwd, 'marketops.yml')).isFile()).toBe(true);
  });
});

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testRedis } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/testing/full-disk.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'marketops-full-'));
const script = (size: string, then: string): string =>
  `mount -t tmpfs -o size=${size} tmpfs '${folder}' && cd '${folder}' && ${then}`;

/** How a process gets mounts of its own, which end with it; the second way takes no root where the kernel allows it. */
const way = [['--mount'], ['--map-root-user', '--mount']].find(
  (one) => spawnSync('unshare', [...one, 'sh', '-euc', script('4k', 'true')]).status === 0,
);
const unlessSkipped = way === undefined ? ' (skipped: this user may not mount a small disk)' : '';

/** Runs the program on a disk of its own. @returns the lines of JSON it printed */
async function onDisk(size: string, which: string, redisUrl = ''): Promise<Record<string, unknown>[]> {
  const command = script(size, `"$NODE" "$PROGRAM" ${which}`);
  const env = { PATH: process.env['PATH'], TMPDIR: folder, NODE: process.execPath, PROGRAM: program };
  const { stdout } = await promisify(execFile)('unshare', [...(way ?? []), 'sh', '-euc', command], {
    env: { ...env, REDIS_URL: redisUrl },
    timeout: 150_000,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

let redis: Awaited<ReturnType<typeof testRedis>>;
beforeAll(async () => {
  redis = await testRedis();
}, 60_000);
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(way !== undefined)(`a ledger on a disk that is really full${unlessSkipped}`, () => {
  it('O1: given less than the reserve, then minting stops before anything else does, and goes on with room', async () => {
    const [said] = await onDisk('16m', 'short');
    expect(said).toMatchObject({
      states: [
        [6, false, 'enough'],
        [3, true, 'short'],
        [1, true, expect.stringMatching(/^(?:short|full)$/)],
        [3, true, expect.any(String)],
        [6, false, expect.any(String)],
      ],
      events: { 'minting.stopped': 1, 'minting.resumed': 1, 'operation.blocked': 1 },
      ok: true,
    });
  }, 60_000);

  it('L1 L2: given no reserve, and ever more room, then nothing is torn, nothing said that is not durable, and the next start takes the rest', async () => {
    const rounds = await onDisk('32m', 'full', redis.url);
    expect(rounds).toHaveLength(8);
    for (const round of rounds) {
      expect(round, JSON.stringify(round)).toMatchObject({ fault: null, verifies: true });
      expect(Number(round['acknowledged'])).toBeLessThanOrEqual(Number(round['journaled']));
    }
    // It met the full disk, and ended by itself.
    expect(rounds.filter(({ exit }) => exit === 1).length).toBeGreaterThanOrEqual(3);
  }, 180_000);
});

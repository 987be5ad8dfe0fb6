import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolders } from '../testing/temporary-folder.js';
import { startProcess } from './process.js';

const folder = temporaryFolders();

/** Says more than a pipe holds before it is ready, and goes on until it is stopped. */
const talkative = `
  for (let line = 0; line < 4_000; line += 1) process.stdout.write('x'.repeat(100) + '\\n');
  process.stdout.write(JSON.stringify({ ready: true }) + '\\n');
  setInterval(() => process.stdout.write('still here\\n'), 20);
`;

async function started(logFile: string) {
  const dir = folder();
  const program = join(dir, 'program.mjs');
  writeFileSync(program, talkative);
  const process = await startProcess({
    ...{ name: 'the publisher', program, cwd: dir, env: {}, logFile, readyLimitMs: 20_000 },
    isReady: (line) => line['ready'] === true,
  });
  onTestFinished(async () => void (await process.kill()));
  return process;
}

const hasFullDevice = existsSync('/dev/full');
const unless = hasFullDevice ? '' : ' (skipped: this system has no /dev/full)';
it.skipIf(!hasFullDevice)(
  `given a disk that is full, then a process that writes a lot goes on${unless}`,
  async () => {
    expect((await started('/dev/full')).ready).toEqual({ ready: true });
  },
);

it('given a log that cannot be written for a while, then it is written again as soon as it can', async () => {
  const logFile = join(folder(), 'publisher.log');
  mkdirSync(logFile);
  await started(logFile);
  rmdirSync(logFile);
  await vi.waitFor(() => expect(readFileSync(logFile, 'utf8')).toContain('still here'), 10_000);
});
